using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Charterhouse.Platform.Configuration;

/// <summary>What a setting's text may be.</summary>
internal abstract record ValueRule
{
    /// <summary>Null when the text is fine; else how to complete "… is", and the fix.</summary>
    public abstract (string Message, string Fix)? Check(string text, string shown);
}

/// <summary>A whole number in a range.</summary>
internal sealed record NumberRule(int Least, int Most) : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= Least && number <= Most
            ? null
            : ($"is '{shown}'", $"give a whole number from {Least} to {Most}");
}

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed record SwitchRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        text is "true" or "false" ? null : ($"is '{shown}'", "give true or false");
}

/// <summary>Which checkpointers this version has.</summary>
internal sealed record CheckpointerRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) => text switch
    {
        "sqlite" or "memory" => null,
        "postgres" or "postgresql" => ($"is '{shown}', which comes with the distributed profile and is not supported by this version", "give sqlite (or memory for a temporary database)"),
        _ => ($"is '{shown}'", "give sqlite (or memory for a temporary database)"),
    };
}

/// <summary>A folder's path. Whether it can be used is the data folder's to say.</summary>
internal sealed record FolderRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        text.Contains('\0', StringComparison.Ordinal) ? ("is not a path", "give the path of a folder") : null;
}

/// <summary>A file with certificates in PEM. Read at once: git would only say at a fetch, and in few words, that it cannot use it.</summary>
internal sealed record CertificatesRule : ValueRule
{
    private const string Fix = "give the path of a readable file with certificates in PEM";

    public override (string Message, string Fix)? Check(string text, string shown)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(File.ReadAllText(text));
            return certificates.Count > 0 ? null : ($"is '{shown}', which holds no certificate", Fix);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return ($"is '{shown}', which does not exist", Fix);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return ($"is '{shown}', which cannot be read: {problem.Message}", Fix);
        }
        catch (CryptographicException)
        {
            return ($"is '{shown}', which holds a damaged certificate", Fix);
        }
        finally
        {
            foreach (var certificate in certificates) certificate.Dispose();
        }
    }
}
