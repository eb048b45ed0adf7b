using Aspire.Hosting;

namespace Alternator.Aspire.Hosting.Tests;

public class ImageTagTests
{
    [Fact]
    public void The_image_is_pinned_to_a_full_release_number() =>
        Assert.Matches(@"^20\d\d\.\d+\.\d+$", AlternatorContainerImageTags.Tag);
}
