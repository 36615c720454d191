using System.Globalization;
using System.Text.RegularExpressions;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;

namespace Charterhouse.RepoSync.Cache;

/// <summary>What git says of servers, certificates and lines.</summary>
internal static partial class GitFailures
{
    /// <summary>Null when the words are not about a connection.</summary>
    private static StepFailedException? OfHttps(string error, string shown, GitCredential? credential)
    {
        // The number before all words: a server's error page may say anything.
        var status = Status().Match(error) is { Success: true } match ? int.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture) : 0;
        if (status is >= 300 and < 400)
            return Make("redirected", $"{shown} answers with a redirect, which is not followed: it may lead to another host", "Open the address in a browser and give the one that it leads to.", retryable: false, error);
        if (status is 408 or 429 or >= 500) return Unreachable(shown, error);
        var isRefused = status is 401 or 403 || Has(error, "Authentication failed", "could not read Username", "could not read Password", "terminal prompts disabled");
        if (credential is not null && isRefused)
            return Make("authentication_required", $"{shown} refuses the credentials that {credential.Setting} has for {credential.Address}", "Check the token: whether it has expired, and whether it may read this repository.", retryable: false, error);
        if (status == 403)
            return Make("authentication_required", $"{shown} may not be read without credentials (the server answered 403)", PrivateRemedy, retryable: false, error);
        // git asks for a user when the server answers 401, and is not given one.
        if (isRefused)
            return Make("authentication_required", $"{shown} asks for authentication: the repository is private, or does not exist", PrivateRemedy, retryable: false, error);
        if (Has(error, "Problem with the SSL CA cert", "error setting certificate", "error reading ca cert file"))
            return Make("untrusted_certificate", $"{shown} was not contacted: the file of certificate authorities cannot be used", "Correct certificate_authorities in the configuration: a readable file with certificates in PEM.", retryable: false, error);
        if (Has(error, "certificate verif", "certificate problem", "certificate subject name", "SEC_E_UNTRUSTED_ROOT", "CERT_TRUST_"))
            return Make("untrusted_certificate", $"the certificate of {shown} is not trusted", "For a forge with a private certificate authority, name the authority's PEM file as certificate_authorities in the configuration; else the server's certificate is wrong.", retryable: false, error);
        if (Has(error, "is this a git repository"))
            return Make("not_a_repository", $"{shown} answers, but is not a git repository", "Give the repository's own address, as https://host/owner/repository.", retryable: false, error);
        // git's own words for 404, and for nothing else; what a server says is no proof that a repository is gone.
        if (NotFound().IsMatch(error))
            return Make("not_found", $"{shown} does not exist or may not be read {(credential is null ? "without credentials" : $"with the credentials that {credential.Setting} has")}", "Check the address. " + PrivateRemedy, retryable: false, error);
        return Has(error, "Could not resolve", "Failed to connect", "Couldn't connect", "timed out", "Connection re", "early EOF", "unexpected disconnect", "hung up", "SSL", "TLS",
            "Operation too slow", "RPC failed", "Empty reply", "unable to access") ? Unreachable(shown, error) : null;
    }

    private const string PrivateRemedy = "For a private repository, give credentials in GIT_CREDENTIALS, or clone it yourself and name the folder.";

    private static StepFailedException Unreachable(string shown, string error) =>
        Make("unreachable", $"{shown} cannot be reached now", "Check the network and try again.", retryable: true, error);

    [GeneratedRegex(@"^fatal: repository '[^']*' not found\r?$", RegexOptions.CultureInvariant | RegexOptions.Multiline, 1000)]
    private static partial Regex NotFound();
    [GeneratedRegex("returned error: (?<status>[0-9]{3})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Status();
}
