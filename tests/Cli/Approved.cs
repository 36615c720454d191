using System.Runtime.CompilerServices;

namespace Charterhouse.Cli.Tests;

/// <summary>Compares with a file beside the test; on a difference the new text is left beside it for a diff.</summary>
internal static class Approved
{
    public static void ShouldMatchApproved(this string text, string name, [CallerFilePath] string caller = "")
    {
        var approved = Path.Combine(Path.GetDirectoryName(caller)!, name);
        var expected = File.Exists(approved) ? File.ReadAllText(approved) : "";
        var actual = text.TrimEnd('\n') + "\n";
        if (actual != expected) File.WriteAllText(approved + ".received", actual);
        actual.ShouldBe(expected, $"compare {approved}.received with the approved file");
    }
}
