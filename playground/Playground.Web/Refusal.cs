namespace Playground.Web;

/// <summary>The body of an answer that says what to do instead.</summary>
public sealed record Refusal(string Error);
