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

    private const string OfDocumentation = "\nDocumentation License\n=====================\n\nThe documentation is supplied under the Creative Commons\nAttribution-ShareAlike 4.0 International license.\n";

    [Fact]
    public void Recognise_ASectionOnTheDocumentation_IsNotTheCodes()
    {
        LicenceTexts.Recognise(Licences.Mit + OfDocumentation).ShouldBe("MIT");
        LicenceTexts.Recognise(Licences.Mit + "\nThe pictures: Attribution-ShareAlike 4.0 International.\n").ShouldBe("MIT");
        LicenceTexts.Parts(Licences.Mit + OfDocumentation).ShouldBe(["CC-BY-SA-4.0", "MIT"], ignoreOrder: true);
        LicenceTexts.Recognise(OfDocumentation).ShouldBe("CC-BY-SA-4.0");
    }

    [Theory]
    [InlineData("Thing is licensed under the terms of\nthe LGPLv3 license, see <http://www.gnu.org/licenses/lgpl-3.0.html>.\n", "LICENSE names LGPL-3.0 but does not contain its text.", "info")]
    [InlineData("Thing is licensed under MIT or Apache-2.0.\n", "LICENSE is not the text of exactly one licence that is known here.", "low")]
    [InlineData("Do what you like.\n", "LICENSE is not the text of exactly one licence that is known here.", "low")]
    public async Task NotRecognised_ALicenceThatIsOnlyNamed_IsSaid(string text, string evidence, string severity)
    {
        using var repository = new ImportedRepository();
        var head = repository.Commit("Ada Example <ada@example.org>", "2026-02-01T09:00:00").File("LICENSE", text).Build();
        var finding = ArchivistAgent.Describe(Scans.Context(head), (await repository.ScanAsync(head)).Facts).Findings.Single(one => one.Rule == "licence/not-recognised");
        (finding.Evidence, finding.Severity).ShouldBe((evidence, severity));
    }

    [Theory]
    [InlineData("web/package.json", "{ \"name\": \"x\", \"author\": \"\", \"license\": \"ISC\" }", false)]
    [InlineData("web/package.json", "{ \"name\": \"x\", \"private\": true, \"license\": \"ISC\" }", false)]
    [InlineData("web/package.json", "{ \"name\": \"x\", \"author\": \"Ada\", \"license\": \"ISC\" }", true)]
    [InlineData("package.json", "{ \"name\": \"x\", \"author\": \"\", \"license\": \"ISC\" }", true)]
    public async Task Contradiction_OfAManifestThatIsNeverPublished_IsNone(string path, string manifest, bool found) =>
        (await Described.FindingsAsync("licence/contradiction", (path, manifest))).Any().ShouldBe(found);

    [Fact]
    public async Task Contradiction_ThatManyManifestsRepeat_IsOneFinding()
    {
        const string project = "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><PackageLicenseExpression>GPL-3.0-only</PackageLicenseExpression></PropertyGroup></Project>\n";
        var found = await Described.FindingsAsync("licence/contradiction", ("A/A.csproj", project), ("B/B.csproj", project), ("C/C.csproj", project));
        found.ShouldHaveSingleItem().ShouldBe("A/A.csproj: LICENSE is MIT, but A/A.csproj and 2 more declare GPL-3.0-only.");
    }
}
