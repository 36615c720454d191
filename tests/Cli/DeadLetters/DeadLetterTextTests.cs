using System.Text;
using Charterhouse.Cli.DeadLetters;
using Charterhouse.Cli.Runs;
using Charterhouse.Platform.Messaging;

namespace Charterhouse.Cli.Tests.DeadLetters;

public sealed class DeadLetterTextTests
{
    private static readonly DeadLetter Whole = new()
    {
        MessageId = "0b0e5f0e-0000-0000-0000-000000000001",
        Type = "ExecuteStep",
        Queue = "agents.steps",
        RunId = "run_agl6jiaaabyabaaaaaaaaaaaae",
        Reason = "delivery_limit",
        DiedAt = new DateTimeOffset(2026, 3, 4, 23, 0, 0, TimeSpan.Zero),
        Size = 1018,
    };

    /// <summary>As anybody may have put it there.</summary>
    private static readonly DeadLetter Hostile = new() { MessageId = "x\u001b[2J\ny", Type = "\u001b]0;title\u0007T", Queue = "a\r\nb", Size = 3 };

    [Fact]
    public void List_WholeAndHostile_IsAsApproved() => DeadLetterText.List([Whole, Hostile, new DeadLetter { MessageId = "sha256-1", Size = 0 }]).ShouldMatchApproved("list.approved.txt");

    [Fact]
    public void List_AsJson_IsAsApproved() => RunEnvelope.OfValue(new { DeadLetters = new[] { Whole } }).ShouldMatchApproved("list.approved.json");

    [Fact]
    public void Show_Json_IsIndentedAndCleaned() =>
        DeadLetterText.Show(Held("""{"message":{"note":"a\u001b[2Jb"}}""")).ShouldMatchApproved("show.approved.txt");

    [Theory]
    [InlineData("\u001b[31mred\u202e", "red")]
    [InlineData("{ \"cut\": ", "{ \"cut\": ")]
    [InlineData("", "")]
    public void Show_NoJson_IsTheCleanedText(string body, string shown) => DeadLetterText.Show(Held(body)).Split("\n\n", 2)[1].ShouldBe(shown);

    [Fact]
    public void Show_DeeperThanAnyMessageOrNoUtf8_IsShownAllTheSame()
    {
        var deep = new string('[', 5000);
        DeadLetterText.Show(Held(deep + new string(']', 5000))).ShouldContain(deep);
        DeadLetterText.Show(Held(string.Concat(Enumerable.Repeat("{\"a\":", 63)) + "1" + new string('}', 63))).ShouldContain("\"a\"");
        DeadLetterText.Show(new HeldDeadLetter(Whole, new byte[] { 0x22, 0xff, 0x22 })).ShouldContain("\"");
        DeadLetterText.Show(Held("\"\\ud800\"")).ShouldContain("ud800");
    }

    private static HeldDeadLetter Held(string body) => new(Whole, Encoding.UTF8.GetBytes(body));
}
