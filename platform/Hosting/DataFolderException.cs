namespace Charterhouse.Platform.Hosting;

/// <summary>The data folder cannot be used.</summary>
public sealed class DataFolderException(string code, string message, string remedy, Exception? inner) : Exception(message, inner)
{
    private const string FullCode = "data_folder_full";
    private const int NoSpaceUnix = 28; // ENOSPC
    private const int QuotaUnix = 122; // EDQUOT on Linux
    private const int ReadOnlyUnix = 30; // EROFS
    private const int NoSpaceWindows = unchecked((int)0x80070070); // ERROR_DISK_FULL

    /// <summary><c>data_folder_not_a_folder</c>, <c>data_folder_not_writable</c>, <c>data_folder_full</c>, <c>data_folder_unusable</c> or <c>data_folder_held</c>.</summary>
    public string Code { get; } = code;
    internal bool IsFull => Code == FullCode;
    /// <summary>What to do, one sentence.</summary>
    public string Remedy { get; } = remedy;

    internal static DataFolderException NotAFolder(string path) =>
        new("data_folder_not_a_folder", $"the data folder {path} is a file", "Give a folder with --data or CHARTER_DATA.", null);

    internal static DataFolderException NotWritable(string path, Exception? inner) =>
        new("data_folder_not_writable", $"the data folder {path} cannot be written", "Make it writable, or give another folder with --data or CHARTER_DATA.", inner);

    internal static DataFolderException Full(string path, long? free, Exception? inner) =>
        new(FullCode, $"there is no space left for the data folder {path}" + (free is null ? "" : $" ({free / 1024 / 1024} MB free)"),
            "Free some space, or give a folder on another volume with --data or CHARTER_DATA.", inner);

    internal static DataFolderException Held(string path, HostLockHolder? holder) =>
        new("data_folder_held", $"the data folder {path} is held by {holder?.ToString() ?? "another process"}",
            "Leave --no-wait away to wait for it, or give another folder with --data.", null);

    internal static DataFolderException From(string path, IOException problem) => problem.HResult switch
    {
        NoSpaceUnix or QuotaUnix or NoSpaceWindows => Full(path, null, problem),
        ReadOnlyUnix => NotWritable(path, problem),
        _ => new("data_folder_unusable", $"the data folder {path} cannot be used: {problem.Message}", "Give another folder with --data or CHARTER_DATA.", problem),
    };
}
