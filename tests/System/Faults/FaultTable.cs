using System.Globalization;
using System.Text;
using System.Text.Json;
using Charterhouse.Contracts.Serialization;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>What came of one fault.</summary>
/// <param name="Fault">Its number in the list of faults.</param>
/// <param name="What">What was done.</param>
/// <param name="Repetitions">How often.</param>
/// <param name="Runs">Runs that were accepted meanwhile.</param>
/// <param name="Lost">Of those, runs that did not come to the end that they had to come to.</param>
/// <param name="Duplicated">Runs, steps or charters that happened twice.</param>
/// <param name="WorstRecoverySeconds">From healing (everything started again) to the end of the last of the runs, their work included.</param>
/// <param name="Broken">Invariants that did not hold.</param>
internal sealed record FaultRow(string Fault, string What, int Repetitions, int Runs, int Lost, int Duplicated, double WorstRecoverySeconds, IReadOnlyList<string> Broken);

/// <summary>
/// The table of a test run, written again after each fault into the folder that <c>CHARTER_TEST_FAULTS_FOLDER</c> names, as <c>faults.md</c> and
/// <c>faults.json</c>; printed in any case.
/// </summary>
internal static class FaultTable
{
    private static readonly Lock Gate = new();
    private static readonly List<FaultRow> Rows = [];

    /// <summary>How often each fault is repeated, <c>CHARTER_TEST_FAULTS</c>; null: a few faults, once.</summary>
    public static int? Repetitions { get; } = Environment.GetEnvironmentVariable("CHARTER_TEST_FAULTS") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    public static void Add(FaultRow row)
    {
        lock (Gate)
        {
            Rows.Add(row);
            Console.WriteLine(Line(row));
            if (Environment.GetEnvironmentVariable("CHARTER_TEST_FAULTS_FOLDER") is not { Length: > 0 } folder) return;
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "faults.md"), Markdown());
            File.WriteAllText(Path.Combine(folder, "faults.json"), JsonSerializer.Serialize(Rows, CanonicalJson.Options));
        }
    }

    private static string Markdown()
    {
        var text = new StringBuilder("| fault | what | repetitions | runs | lost | duplicated | worst recovery (s) | broken invariants |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var row in Rows.OrderBy(row => row.Fault, StringComparer.Ordinal).ThenBy(row => row.What, StringComparer.Ordinal)) text.Append(Line(row)).Append('\n');
        return text.ToString();
    }

    private static string Line(FaultRow row) => string.Create(CultureInfo.InvariantCulture,
        $"| {row.Fault} | {row.What} | {row.Repetitions} | {row.Runs} | {row.Lost} | {row.Duplicated} | {row.WorstRecoverySeconds:0.0} | {(row.Broken.Count == 0 ? "none" : string.Join("; ", row.Broken.Distinct(StringComparer.Ordinal).Take(5)))} |");
}
