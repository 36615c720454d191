using System.Text.RegularExpressions;

namespace Charterhouse.Platform.Configuration;

/// <summary>Puts environment variables into <c>${NAME}</c> places of a configuration file's values.</summary>
internal static partial class EnvironmentExpansion
{
    /// <summary>The value, how it may be shown, and the variables that are not set.</summary>
    public static (string Value, string Shown, IReadOnlyList<string> Missing) Expand(string text, IReadOnlyDictionary<string, string> environment)
    {
        var missing = new List<string>();
        var secret = false;
        var value = Place().Replace(text, match =>
        {
            var name = match.Groups["name"].Value;
            secret |= SecretName().IsMatch(name);
            if (environment.TryGetValue(name, out var found) && found.Length > 0) return found;
            missing.Add(name);
            return "";
        });
        return (value, secret ? "***" : value, missing);
    }

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Place();

    // A name that looks like a secret's: its value is never shown, wherever somebody puts it.
    [GeneratedRegex("TOKEN|SECRET|PASSWORD|PASSWD|KEY|CREDENTIAL|CONNECTION_STRING", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SecretName();
}
