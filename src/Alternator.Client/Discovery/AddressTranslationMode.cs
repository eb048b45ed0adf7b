using System.Net;

namespace Alternator.Client;

/// <summary>What is done about addresses that the cluster lists but that this process may not reach.</summary>
public enum AddressTranslationMode
{
    /// <summary>
    /// Each configured endpoint that the cluster doesn't list under that address is asked which node it is, and from then on stands for
    /// that node. Addresses without such an endpoint are used as they are. When no endpoint says who it is and no listed address can be reached,
    /// the endpoints themselves are the nodes. The default.
    /// </summary>
    Auto,

    /// <summary>Addresses are used as the cluster lists them.</summary>
    Off,
}

/// <summary>Says where this process reaches a node that the cluster lists under an address.</summary>
public interface IAddressTranslator
{
    /// <summary>Translates an address. Called for every listed node at every refresh: it must be quick.</summary>
    /// <param name="address">The address as the cluster lists it.</param>
    /// <param name="untranslated">The endpoint that would be used: the address with the scheme and port of the endpoint that was asked.</param>
    /// <returns>The endpoint to use, or <see langword="null"/> when this translator doesn't know.</returns>
    Uri? Translate(IPAddress address, Uri untranslated);
}
