using Charterhouse.Agents.Archivist;
using Charterhouse.Agents.Tests.Archivist.Intent;
using Charterhouse.Agents.Tests.Repositories;
using Shouldly;
using Xunit;

namespace Charterhouse.Agents.Tests.Archivist;

public sealed class LicenceTests
{
    [Fact]
    public void Mit_WithSingleQuotationMarks_IsRecognised() =>
        LicenceTexts.Recognise("(The MIT License)\n\n" + Licences.Mit.Replace('"', '\'')).ShouldBe("MIT");

    [Fact]
    public async Task Contradiction_ThatManyManifestsRepeat_IsOneFinding()
    {
        const string project = "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><PackageLicenseExpression>GPL-3.0-only</PackageLicenseExpression></PropertyGroup></Project>\n";
        var found = await Described.FindingsAsync("licence/contradiction", ("A/A.csproj", project), ("B/B.csproj", project), ("C/C.csproj", project));
        found.ShouldHaveSingleItem().ShouldBe("A/A.csproj: LICENSE is MIT, but A/A.csproj and 2 more declare GPL-3.0-only.");
    }
}
