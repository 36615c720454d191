using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Modules;

namespace Charterhouse.Agents.Tests.Modules;

public sealed class SidePlacesTests
{
    [Theory]
    [InlineData("docs_src/tutorial/one.py", true)]
    [InlineData("example-app/main.go", true)]
    [InlineData("Acme.Samples/A.cs", true)]
    [InlineData("packages/create-vase/template-glass/main.ts", true)]
    [InlineData("packages/template-engine/main.ts", false)]
    [InlineData("documents/a.cs", false)]
    [InlineData("src/tools/a.cs", false)]
    [InlineData("tools/a.cs", true)]
    public void IsSide_ByThePath(string path, bool side) => SidePlaces.IsSide(path).ShouldBe(side);

    [Theory]
    [InlineData("packages/vase/src/node/config.ts", true)]
    [InlineData("packages/vase/vite.config.ts", false)]
    [InlineData("src/app.config.ts", false)]
    [InlineData("config.js", false)]
    public void RoleOf_Configuration_IsWhatNoProgramIs(string path, bool source) =>
        SidePlaces.RoleOf(new FileFact(path, 100644, "", 1, 0, 1, 0, 0, FileFlags.None)).ShouldBe(source ? SourceRole.Source : SourceRole.Side);
}
