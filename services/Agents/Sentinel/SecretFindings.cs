using System.Globalization;
using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Secrets;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Sentinel;

/// <summary>What the credentials found in texts mean, by where they stand. Their values are not known here.</summary>
internal static partial class SecretFindings
{
    private const int PerFile = 5;
    private const int AsideListed = 3;
    private const int AwsPairLines = 10;
    private const int KindsOfACorpus = 6;

    public static IEnumerable<Finding> Of(RepositoryFacts facts)
    {
        var aside = new List<(string Path, Secret Secret)>();
        var explained = new ExplainedKeys(facts);
        var local = new LocalKeys(facts, explained);
        var files = facts.Details.Select(details => (File: facts.Files[details.File], Secrets: Read(details.Rows))).Where(found => found.Secrets.Count > 0).ToArray();
        // Issuers give no two credentials the same random part: one that stands behind several prefixes was made up.
        var invented = files.SelectMany(found => found.Secrets).Where(secret => secret.Public.Length > 0 && secret.Kind is not (SecretKinds.PrivateKey or SecretKinds.EncryptedPrivateKey))
            .GroupBy(secret => (secret.Kind, secret.Fingerprint)).Where(group => group.Select(secret => secret.Public).Distinct(StringComparer.Ordinal).Skip(1).Any()).Select(group => group.Key).ToHashSet();
        foreach (var (_, secrets) in files) secrets.RemoveAll(secret => invented.Contains((secret.Kind, secret.Fingerprint)));
        // Nobody leaks the tokens of so many issuers: this is a scanner with its examples.
        var corpus = files.SelectMany(found => found.Secrets).Where(secret => secret.Confidence != SecretConfidence.Likely && secret.Kind is not (SecretKinds.PrivateKey or SecretKinds.EncryptedPrivateKey))
            .Select(secret => secret.Kind).Distinct(StringComparer.Ordinal).Count() >= KindsOfACorpus;
        foreach (var (file, secrets) in files)
        {
            if (secrets.Exists(secret => secret.Kind == EnvironmentValues.Kind)) yield return Environment(file, secrets);
            secrets.RemoveAll(secret => secret.Kind == EnvironmentValues.Kind);
            secrets.RemoveAll(secret => secret.Kind == SecretKinds.PrivateKey && explained.IsOfTests(file.Path));
            if (corpus || ShownPlaces.Contains(file))
                aside.AddRange(secrets.Where(secret => secret.Confidence != SecretConfidence.Likely && secret.Kind != SecretKinds.EncryptedPrivateKey && !(secret.Kind == SecretKinds.PrivateKey && explained.Contains(file.Path))).Select(secret => (file.Path, secret)));
            else
                foreach (var finding in InFile(file.Path, secrets, local)) yield return finding;
        }
        // A hundred keys of a test suite are one thing to know.
        foreach (var group in aside.GroupBy(one => (one.Secret.Kind, Hides: one.Secret.Kind != SecretKinds.PrivateKey && OfRedaction().IsMatch(one.Path))).OrderBy(group => group.Key.Kind, StringComparer.Ordinal).ThenBy(group => group.Key.Hides))
            yield return Aside(group.Key.Kind, group.Key.Hides, [.. group]);
    }

    private static IEnumerable<Finding> InFile(string path, List<Secret> secrets, LocalKeys local)
    {
        var reason = secrets.Exists(secret => secret.Kind == SecretKinds.PrivateKey) ? local.ReasonOf(path) : null;
        foreach (var secret in secrets.Take(secrets.Count > PerFile ? PerFile - 1 : PerFile))
        {
            var name = SecretKinds.NameOf(secret.Kind);
            var (rule, severity) = Judge(secret);
            var why = secret.Kind == SecretKinds.PrivateKey && reason is not null ? ", " + reason : "";
            yield return Findings.Make(SentinelAgent.Name, rule, severity, $"{Capital(name)} in the repository", path,
                $"{path}:{secret.Line} has {Article(name)} {name} ({Shown(secret)}){Surety(secret)}{why}.", Advice(secret), secret.Line, secret.Kind + ":" + secret.Fingerprint);
        }
        if (secrets.Count <= PerFile) yield break;
        var rest = secrets.Skip(PerFile - 1).ToArray();
        var worst = rest.OrderBy(secret => Rank(Judge(secret).Severity)).First();
        yield return Findings.Make(SentinelAgent.Name, Judge(worst).Rule, Judge(worst).Severity, "More credentials in the same file", path,
            $"{path} has {rest.Length} more, the first on line {rest[0].Line}.", Advice(worst), rest[0].Line, "more");

        (string Rule, string Severity) Judge(Secret secret) => secret.Kind == SecretKinds.PrivateKey && reason is not null ? (RuleOf(secret).Rule, Severities.Low) : RuleOf(secret);
    }

    /// <summary>What tests, samples and documentation have of one kind.</summary>
    /// <param name="hides">They stand where tests look whether credentials are taken out.</param>
    private static Finding Aside(string kind, bool hides, (string Path, Secret Secret)[] found)
    {
        var name = SecretKinds.NameOf(kind);
        var verified = found.Any(one => one.Secret.Confidence == SecretConfidence.Verified) && kind != SecretKinds.PrivateKey;
        var places = string.Join(", ", found.Take(AsideListed).Select(one => $"{one.Path}:{one.Secret.Line}")) + (found.Length > AsideListed ? $" and {found.Length - AsideListed} more" : "");
        var severity = hides ? Severities.Info : verified ? Severities.Medium : kind == SecretKinds.PrivateKey ? Severities.Info : Severities.Low;
        var values = found.Select(one => one.Secret.Fingerprint).Distinct(StringComparer.Ordinal).Count();
        var single = values == 1;
        var where = found.Length == values ? "" : $" in {found.Length} places";
        return Findings.Make(SentinelAgent.Name, RuleOf(found[0].Secret).Rule, severity, single ? $"{Capital(name)} in tests or documentation" : $"{Capital(name)}s in tests or documentation", found.Length == 1 ? found[0].Path : null,
            $"{(single ? Capital(Article(name)) + " " + name : $"{values} {name}s")} with the right form{where}: {places}.",
            kind == SecretKinds.PrivateKey ? "Make sure that nothing outside the tests trusts them." : "If it was ever valid, revoke it; else write an example that cannot be one.", found.Length == 1 ? found[0].Secret.Line : null, (hides ? "redaction:" : "aside:") + kind);
    }

    private static Finding Environment(FileFact file, List<Secret> secrets)
    {
        var values = secrets.Where(secret => secret.Kind == EnvironmentValues.Kind).ToArray();
        return Findings.Make(SentinelAgent.Name, "secrets/environment-file", ShownPlaces.Contains(file) ? Severities.Low : Severities.Medium, "Environment file with secrets", file.Path,
            $"{file.Path} gives {(values.Length == 1 ? "a value" : $"{values.Length} values")} to variables named as secrets (line {string.Join(", ", values.Take(AsideListed).Select(value => value.Line.ToString(CultureInfo.InvariantCulture)))}{(values.Length > AsideListed ? ", …" : "")}).",
            "Replace what was valid, take the file out of the repository and commit a template without values.", values[0].Line);
    }

    private static List<Secret> Read(string rows)
    {
        var secrets = DetailRows.Parse(rows, SecretReader.Kind)
            .Select(row => new Secret(row.Line, row[0], row[1], row[2], Enum.TryParse<SecretConfidence>(row[3], out var confidence) ? confidence : SecretConfidence.Likely, row[4])).ToList();
        // A key id beside its secret is one credential; alone it is only half of one.
        var aws = secrets.Where(secret => secret.Kind == SecretKinds.AwsSecret).Select(secret => secret.Line).ToArray();
        secrets.RemoveAll(secret => secret.Kind == SecretKinds.AwsKeyId && aws.Any(line => Math.Abs(line - secret.Line) <= AwsPairLines));
        return secrets;
    }

    private static (string Rule, string Severity) RuleOf(Secret secret) => secret.Kind switch
    {
        SecretKinds.PrivateKey => ("secrets/private-key", Severities.High),
        SecretKinds.EncryptedPrivateKey => ("secrets/private-key", Severities.Low),
        SecretKinds.AddressPassword or SecretKinds.ConnectionPassword => ("secrets/password", Severities.Medium),
        SecretKinds.Assigned => ("secrets/assigned-value", Severities.Medium),
        // Half of a credential; and a key that web pages and apps are meant to show, restricted or not.
        SecretKinds.AwsKeyId or SecretKinds.GoogleApiKey => ("secrets/token", Severities.Medium),
        _ => ("secrets/token", secret.Confidence == SecretConfidence.Verified ? Severities.Critical : Severities.High),
    };

    private static string Shown(Secret secret) => secret.Kind is SecretKinds.PrivateKey or SecretKinds.EncryptedPrivateKey ? secret.Public
        : secret.Public.Length > 0 ? $"{secret.Public}…, {secret.Length} characters" : $"{secret.Length} characters";

    private static string Surety(Secret secret) => secret.Kind switch
    {
        SecretKinds.PrivateKey or SecretKinds.EncryptedPrivateKey => "",
        _ when secret.Confidence == SecretConfidence.Verified => ", its checksum is right",
        _ => "",
    };

    private static string Advice(Secret secret) => secret.Kind switch
    {
        SecretKinds.GoogleApiKey => "If it is not meant to be public, replace it; else restrict it to its APIs and callers.",
        SecretKinds.PrivateKey or SecretKinds.EncryptedPrivateKey => "Replace the key pair where it is trusted; taking the file out leaves it in the history.",
        _ => "Revoke it at its issuer and read it from the environment; taking it out leaves it in the history.",
    };

    private static int Rank(string severity) => Severities.All.ToList().IndexOf(severity);

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private static string Article(string name) => name.StartsWith("npm", StringComparison.Ordinal) || "AEIOaeio".Contains(name[0], StringComparison.Ordinal) ? "an" : "a";

    [GeneratedRegex(@"sanit|redact|scrub|mask(s|ed|ing|er)?([._-]|$|/)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex OfRedaction();

    private sealed record Secret(int Line, string Kind, string Public, string Length, SecretConfidence Confidence, string Fingerprint);
}
