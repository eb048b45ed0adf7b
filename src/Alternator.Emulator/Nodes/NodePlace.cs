using System.Net;

namespace Alternator.Emulator.Nodes;

/// <summary>Where a node stands: what of it never changes.</summary>
/// <param name="Name">Its name, <c>node1</c> and so on.</param>
/// <param name="Number">Its number, counted from one.</param>
/// <param name="Address">Its address as the cluster lists it.</param>
/// <param name="Listen">The address that it listens on.</param>
/// <param name="Datacenter">Its datacenter.</param>
/// <param name="Rack">Its rack.</param>
/// <param name="HostId">Its host id.</param>
internal sealed record NodePlace(string Name, int Number, IPAddress Address, IPAddress Listen, string Datacenter, string Rack, Guid HostId);
