using Charterhouse.Platform.Configuration;

namespace Charterhouse.RepoSync.Forges;

/// <summary>A secret that may be exchanged while nothing stops: one that came from a file is read again when the file has changed.</summary>
internal sealed class CurrentSecret(SecretText secret)
{
    private readonly Lock _gate = new();
    private DateTime _stamp = secret.File is null ? default : File.GetLastWriteTimeUtc(secret.File);
    private string _text = secret.Text;

    /// <summary>The secret as it is now. A file that cannot be read at the moment leaves the last one in force.</summary>
    public string Text
    {
        get
        {
            if (secret.File is null) return _text;
            lock (_gate)
            {
                try
                {
                    var now = File.GetLastWriteTimeUtc(secret.File);
                    if (now != _stamp && File.ReadAllText(secret.File).Trim() is { Length: > 0 } changed) (_text, _stamp) = (changed, now);
                }
                catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
                {
                    // being exchanged just now
                }
                return _text;
            }
        }
    }
}
