namespace Alternator.Client;

/// <summary>The answer isn't of the usual form: the SDK's unmarshaller decides what it means.</summary>
internal sealed class UnusualJsonException() : Exception("The answer isn't of the usual form.");
