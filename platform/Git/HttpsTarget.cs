namespace Charterhouse.Platform.Git;

/// <summary>Which targets a house may analyse for somebody who is not at its command line.</summary>
public static class HttpsTarget
{
    private const int Longest = 2000;

    /// <summary>True for an https URL without a user: no folder of this machine, no other transport, no secret in a table.</summary>
    public static bool IsOne(string target) =>
        target.Length <= Longest && target.StartsWith("https://", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(target, UriKind.Absolute, out var url) && url.UserInfo.Length == 0;
}
