namespace Charterhouse.Testing;

/// <summary>A folder of its own for one test, with a blank in its path because users have those too. Deleted at the end.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder(string name = "charter test")
    {
        FullPath = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{name} {Guid.NewGuid():N}");
        Directory.CreateDirectory(FullPath);
    }

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>A path below the folder.</summary>
    public string File(params string[] parts) => System.IO.Path.Combine([FullPath, .. parts]);

    /// <summary>Writes a file below the folder; returns its path.</summary>
    public string Write(string name, string text)
    {
        var path = File(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(FullPath, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // the test removed it
        }
        catch (IOException)
        {
            // a process that is just ending still holds a file; the system's own cleaning takes the rest
        }
    }
}
