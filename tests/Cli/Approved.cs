using System.Runtime.CompilerServices;

namespace Charterhouse.Cli.Tests;

/// <summary>Compares with a file beside the test; on a difference the new text is left beside it for a diff (CHARTER_APPROVE=1: it is taken).</summary>
internal static class Approved
{
    public static void ShouldMatchApproved(this string text, string name, [CallerFilePath] string caller = "")
    {
        var approved = Path.Combine(Path.GetDirectoryName(caller)!, name);
        var actual = text.TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("CHARTER_APPROVE") == "1") File.WriteAllText(approved, actual);
        var expected = File.Exists(approved) ? File.ReadAllText(approved) : "";
        if (actual != expected) File.WriteAllText(approved + ".received", actual);
        actual.ShouldBe(expected, $"compare {approved}.received with the approved file");
    }
}
