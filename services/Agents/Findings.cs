using System.Security.Cryptography;
using System.Text;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents;

/// <summary>Makes findings whose ids stay the same from run to run.</summary>
internal static class Findings
{
    /// <summary>A finding.</summary>
    /// <param name="what">What distinguishes it from another of the same rule and path; it must not change while the finding is the same.</param>
    public static Finding Make(
        string agent, string rule, string severity, string title, string? path, string evidence, string recommendation, int? line = null, string what = "") =>
        new(Id(rule, path, what), agent, rule, severity, title, path, line, evidence, recommendation);

    private static string Id(string rule, string? path, string what) =>
        "fnd_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{rule}\n{path}\n{what}")))[..20];
}
