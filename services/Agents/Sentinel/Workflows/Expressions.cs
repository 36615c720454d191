using System.Text.RegularExpressions;

namespace Charterhouse.Agents.Sentinel.Workflows;

/// <summary>Finds expressions whose value someone outside the project chooses.</summary>
internal static partial class Expressions
{
    /// <summary>
    /// The first such expression in a script: its context and index; null for none. The contexts are those of GitHub's guide to security
    /// hardening ("Understanding the risk of script injections").
    /// </summary>
    public static (string Context, int Index)? Untrusted(string script)
    {
        for (var at = script.IndexOf("${{", StringComparison.Ordinal); at >= 0; at = script.IndexOf("${{", at + 3, StringComparison.Ordinal))
        {
            var end = script.IndexOf("}}", at, StringComparison.Ordinal);
            if (end < 0) return null;
            var expression = script[(at + 3)..end];
            // A comparison or a test gives true or false, whatever it is about.
            if (Test().IsMatch(expression)) continue;
            if (Context().Match(expression) is { Success: true } match) return (match.Value, at);
        }
        return null;
    }

    [GeneratedRegex(@"\b(contains|startsWith|endsWith|hashFiles|format)\s*\(|==|!=", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Test();

    [GeneratedRegex(@"\bgithub\.(head_ref\b|event\.(issue\.(title|body)|pull_request\.(title|body|head\.(ref|label|repo\.default_branch))|comment\.body|review\.body|review_comment\.body|discussion\.(title|body)|pages\.\*\.page_name|pages\[\d+\]\.page_name|commits(\.\*|\[\d+\])\.(message|author\.(email|name))|head_commit\.(message|author\.(email|name))|workflow_run\.(head_branch|display_title|head_commit\.(message|author\.(email|name))|pull_requests(\.\*|\[\d+\])\.head\.ref))\b)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Context();
}
