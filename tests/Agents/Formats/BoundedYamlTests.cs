using Charterhouse.Agents.Architect;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Formats;

namespace Charterhouse.Agents.Tests.Formats;

public sealed class BoundedYamlTests
{
    /// <summary>What the parser answers with an exception that is none of its own.</summary>
    private const string Tripping = "a: !!]";

    [Fact]
    public void Read_Document_GivesItsTreeWithLines()
    {
        var root = BoundedYaml.Read("a: &a { x: 1 }\nb:\n  <<: *a\n  y: |\n    text\n---\nc: 1\n").ShouldNotBeNull();

        root["b"]?["x"]?.Text.ShouldBe("1");
        root["b"]?["y"].ShouldBe(new YamlText("text\n", Block: true, Line: 4));
        root["c"].ShouldBeNull();
        root["A"].ShouldBeNull();
        root.Find("A", StringComparison.OrdinalIgnoreCase)?.Line.ShouldBe(1);
    }

    [Theory]
    [InlineData("a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d]\nf: [*e, *e, *e, *e, *e, *e, *e, *e]\n")]
    [InlineData("a: [")]
    [InlineData("a: *nothing")]
    [InlineData(Tripping)]
    [InlineData("")]
    public void Read_HostileYaml_IsNothing(string text) => BoundedYaml.Read(text).ShouldBeNull();

    [Fact]
    public void Read_DeepYaml_IsNothing() => BoundedYaml.Read(new string('[', 60_000)).ShouldBeNull();

    [Theory]
    [InlineData("a: 1\nb: &x 1\n", 2, "anchors and aliases are not read")]
    [InlineData("a: !!str 1\n", 1, "tags are not read")]
    [InlineData("a:\n  b:\n    c:\n      d: 1\n", 3, "it is nested too deep or too long")]
    [InlineData("a: [1, 2, 3, 4,\n 5, 6]\n", 2, "it is nested too deep or too long")]
    [InlineData("? [a]\n: 1\n", 1, "a key is not plain text")]
    [InlineData("a: 1\n---\nb: 1\n", 2, "a second document begins here")]
    [InlineData(Tripping, 1, "it is not YAML")]
    public void ReadPlain_Anything_SaysWhatAndWhere(string text, int line, string message)
    {
        var problem = Should.Throw<MalformedException>(() => BoundedYaml.ReadPlain(text, depth: 3, nodes: 7));
        (problem.Line, problem.Message).ShouldBe((line, message));
    }

    [Fact]
    public void Read_TextThatTripsTheParser_EndsNoReaderOfScalars()
    {
        Should.Throw<MalformedException>(() => YamlScalars.Read(Tripping, (_, _, _) => { })).Line.ShouldBe(1);
        var points = new List<Charterhouse.Contracts.Charters.EntryPoint>();
        ComposeReader.Read(new Excerpt("compose.yml", "services:\n  web:\n    ports: [80]\n  x: !!]", false), points);
        points.ShouldHaveSingleItem().Name.ShouldBe("web");
    }
}
