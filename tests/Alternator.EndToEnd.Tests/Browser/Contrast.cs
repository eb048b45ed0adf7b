namespace Alternator.EndToEnd.Tests.Browser;

/// <summary>Measures colours in the page, by the formula of WCAG 2.2 (relative luminance, contrast ratio).</summary>
internal static class Contrast
{
    private const string Colours = """
        const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
        const rgba = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
        const luminance = ([r, g, b]) => { const [x, y, z] = [r, g, b].map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * x + .7152 * y + .0722 * z; };
        """;

    /// <summary>The luminance of the page's ground, 0 to 1.</summary>
    public const string Lightness = $$"""(() => { {{Colours}} return luminance(rgba(getComputedStyle(document.body).backgroundColor)); })()""";

    /// <summary>Every piece of text whose contrast to its ground is below 4.5 (AA); disabled buttons are exempt there.</summary>
    public const string TooLow = $$"""
        (() => {
          {{Colours}}
          const ground = element => { for (; element; element = element.parentElement) { const c = rgba(getComputedStyle(element).backgroundColor); if (c[3] === 255) return c; } return rgba("canvas"); };
          const found = [];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            if (!walker.currentNode.textContent.trim() || element.closest("script, style, svg, :disabled, .visually-hidden, [hidden]")) continue;
            const [a, b] = [luminance(rgba(getComputedStyle(element).color)), luminance(ground(element))].sort((x, y) => y - x);
            const ratio = (a + .05) / (b + .05);
            if (ratio < 4.5) found.push(`${ratio.toFixed(2)} "${walker.currentNode.textContent.trim()}"`);
          }
          return found;
        })()
        """;
}
