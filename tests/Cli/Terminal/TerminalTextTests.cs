using Charterhouse.Cli.Terminal;

namespace Charterhouse.Cli.Tests.Terminal;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain ünïcode 漢字 🙂", "plain ünïcode 漢字 🙂")]
    [InlineData("two\nlines\tand a tab", "two\nlines\tand a tab")]
    [InlineData("\u001b[31mred\u001b[0m", "red")]
    [InlineData("\u001b[2J\u001b[1;1Hgone", "gone")]
    [InlineData("\u009b31mred", "red")]
    [InlineData("\u001b]0;title\u0007text", "text")]
    [InlineData("\u001b]8;;https://evil\u001b\\link\u001b]8;;\u001b\\", "link")]
    [InlineData("\u001bPdcs\u001b\\text", "text")]
    [InlineData("\u001bcreset", "reset")]
    [InlineData("end\u001b", "end")]
    [InlineData("over\rwrite\b\b\u0000\u007f", "overwrite")]
    [InlineData("abc\u202edcba\u2066x", "abcdcbax")]
    public void Clean_Text_LeavesNothingHarmful(string text, string expected) => TerminalText.Clean(text).ShouldBe(expected);

    [Fact]
    public void Clean_OrdinaryText_IsTheSameObject()
    {
        const string text = "nothing to do";
        ReferenceEquals(TerminalText.Clean(text), text).ShouldBeTrue();
    }

    [Fact]
    public void Clean_ManyUnendedSequences_IsQuick() =>
        TerminalText.Clean(string.Concat(Enumerable.Repeat("\u001b]x", 100_000))).ShouldBe("");

    [Theory]
    [InlineData("a\n  b\tc ", "a b c")]
    public void Line_Text_IsOneLine(string text, string expected) => TerminalText.Line(text).ShouldBe(expected);

    [Theory]
    [InlineData("12345", 5, "12345")]
    [InlineData("123456", 5, "1234…")]
    [InlineData("123🙂6", 5, "123…")]
    public void Short_Text_FitsAndCutsNoPair(string text, int most, string expected) => TerminalText.Short(text, most).ShouldBe(expected);

    [Theory]
    [InlineData("/plain/path-1.x", "/plain/path-1.x")]
    [InlineData("with blank", "'with blank'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("$(rm)", "'$(rm)'")]
    [InlineData("", "''")]
    public void Quote_Argument_CanBeTyped(string argument, string expected) => ShellText.Quote(argument).ShouldBe(expected);

    [Fact]
    public void Columns_Rows_AreAlignedAndClean()
    {
        var table = new Columns("A", "LONG");
        table.Add("first\nline", "x");
        table.Add("b", "");

        table.ToString().ShouldBe("A           LONG\nfirst line  x\nb");
    }
}
