namespace Alternator.Emulator.Engine;

/// <summary>What an operation must know about the node that received it and about who asked.</summary>
/// <param name="Host">The Host header of the request as received.</param>
/// <param name="NodeAddress">The address of the node as <c>/localnodes</c> lists it.</param>
/// <param name="Datacenter">The node's datacenter.</param>
/// <param name="Rack">The node's rack.</param>
/// <param name="User">The role whose signature was verified; null when authorization is off.</param>
internal readonly record struct RequestContext(string Host, string NodeAddress, string Datacenter, string Rack, string? User);
