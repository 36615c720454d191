using Charterhouse.Agents.Formats;

namespace Charterhouse.Agents.Tests.Formats;

public sealed class TomlReaderTests
{
    [Theory]
    [InlineData("a = 1\n[b.'c d']\ne.f = \"x\" # no\n", "a=1@1; [b/c d]@2; b/c d/e/f=x@3")]
    [InlineData("[[bin]]\nname = \"one\"\n[[bin]]\n[bin.of]\npath = 'two'\n", "[bin/0]@1; bin/0/name=one@2; [bin/1]@3; [bin/1/of]@4; bin/1/of/path=two@5")]
    [InlineData("a = [\n  1, # one\n  { b = true },\n]\n", "a/0=1@2; a/1/b=true@3")]
    [InlineData("a = \"\"\"\nx \"q\" \\u0041\"\"\"\nb = '''\\n'''\n", "a=x \"q\" A@1; b=\\n@3")]
    [InlineData("\uFEFF[a]\r\nb = 1\r\n", "[a]@1; a/b=1@2")]
    public void Manifest_Toml_GivesTablesAndScalarsWithTheirLines(string text, string entries) => Shown(text).ShouldBe(entries);

    [Theory]
    [InlineData("[a]\nb = \"never ends\n???\nc = 1\n", "[a]@1; a/c=1@4")]
    [InlineData("[a]\nb = 1\n{% if x %}\nc = 2\n{% endif %}\n", "[a]@1; a/b=1@2; a/c=2@4")]
    // Nobody knows whose member it is.
    [InlineData("[a]\nb = 1\n[{{ name }}]\nlost = 1\n[c]\nd = 1\n", "[a]@1; a/b=1@2; [c]@5; c/d=1@6")]
    [InlineData("[a]\nb = 1\nc = \"\"\"\ncut [d]\ne = 1\n", "[a]@1; a/b=1@2")]
    public void Manifest_BrokenLines_AreLeftOutAlone(string text, string entries) => Shown(text).ShouldBe(entries);

    [Fact]
    public void Manifest_SomethingElse_GivesUpAfterAHundredMistakes() =>
        Shown("a = 1\n" + string.Concat(Enumerable.Repeat("?\n", 200)) + "b = 1\n").ShouldBe("a=1@1");

    [Theory]
    [InlineData("[a", ".a", "]")]
    [InlineData("a", ".a", " = 1")]
    [InlineData("a = ", "[", "")]
    [InlineData("a = ", "{ a = ", "")]
    public void Read_Nesting_IsRefusedAtADepth(string begin, string repeated, string end)
    {
        var text = begin + string.Concat(Enumerable.Repeat(repeated, 100_000)) + end;

        Should.Throw<MalformedException>(() => TomlReader.Read(text, (_, _, _) => { })).Message.ShouldBe("it is nested too deep");
        TomlReader.Manifest(text).ShouldBeEmpty();
    }

    [Fact]
    public void Manifest_EntriesWithoutEnd_AreCut() => TomlReader.Manifest("a = [" + string.Concat(Enumerable.Repeat("1,", 50_000)) + "]").Count.ShouldBe(20_000);

    private static string Shown(string text) =>
        string.Join("; ", TomlReader.Manifest(text).Select(entry => (entry.Value is null ? $"[{string.Join('/', entry.Path)}]" : $"{string.Join('/', entry.Path)}={entry.Value}") + "@" + entry.Line));
}
