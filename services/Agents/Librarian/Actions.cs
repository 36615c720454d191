using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Formats;
using Charterhouse.Agents.Scan;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Librarian;

/// <summary>The GitHub Actions that workflows and composite actions use. The sentinel judges them.</summary>
internal static class Actions
{
    public static IReadOnlyList<ActionUse> Of(RepositoryFacts facts)
    {
        var found = new List<ActionUse>();
        foreach (var file in facts.Excerpts.Where(file => ExcerptChoice.IsWorkflow(file.Path) || IsAction(file.Path)))
        {
            try
            {
                YamlScalars.Read(file.Text, (path, value, line) =>
                {
                    if (path is ["jobs", _, "uses"] or ["jobs", _, "steps", _, "uses"] or ["runs", "steps", _, "uses"] && Parse(value) is var (action, reference)) found.Add(new ActionUse(action, reference, 1, file.Path, line));
                });
            }
            catch (MalformedException)
            {
                // Cut or no YAML: what was found until there stands.
            }
        }
        return found.GroupBy(use => (use.Action, use.Reference)).Select(group => group.First() with { Uses = group.Count() })
            .OrderByDescending(use => use.Uses).ThenBy(use => use.Action, StringComparer.Ordinal).ThenBy(use => use.Reference, StringComparer.Ordinal).ToArray();
    }

    private static (string Action, string Reference)? Parse(string value)
    {
        // "./path" is in this repository, "docker://" an image.
        if (value.StartsWith('.') || value.Contains("://", StringComparison.Ordinal) || value.Contains("${{", StringComparison.Ordinal)) return null;
        var at = value.IndexOf('@', StringComparison.Ordinal);
        var action = at < 0 ? value : value[..at];
        return action.Contains('/', StringComparison.Ordinal) ? (action, at < 0 ? "" : value[(at + 1)..].Trim()) : null;
    }

    private static bool IsAction(string path) => path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant() is "action.yml" or "action.yaml";
}
