using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Hosting;
using Charterhouse.Testing;

namespace Charterhouse.Cli.Tests.Hosting;

public sealed class DataFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Prepare_Missing_CreatesPrivateFolders()
    {
        var data = DataFolder.At(Path.Combine(folder.FullPath, "a/b"));
        data.Prepare();
        data.Prepare();

        Directory.GetFileSystemEntries(data.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["artifacts", "repositories"]);
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode onlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var path in new[] { data.Root, data.Artifacts, data.Repositories }) File.GetUnixFileMode(path).ShouldBe(onlyOwner);
    }

    [Fact]
    public void Prepare_IsAFile_SaysSo()
    {
        var file = folder.Write("data", "not a folder");

        var problem = Should.Throw<DataFolderException>(() => DataFolder.At(file).Prepare());
        problem.Code.ShouldBe("data_folder_not_a_folder");
        problem.Message.ShouldContain(file);
        problem.Remedy.ShouldContain("--data");
        File.ReadAllText(file).ShouldBe("not a folder");
    }

    [Fact]
    public void Prepare_NotWritable_SaysSo()
    {
        // /proc refuses new files to everybody, root included; a mode would not stop root.
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");

        var problem = Should.Throw<DataFolderException>(() => DataFolder.At("/proc/charterhouse").Prepare());
        problem.Code.ShouldBeOneOf("data_folder_not_writable", "data_folder_unusable");
        problem.Message.ShouldContain("/proc/charterhouse");
    }

    [Fact]
    public void Prepare_OnAFullDisk_OnlyADatabaseIsAProblem()
    {
        if (SmallDisk.Unavailable is { } reason) Assert.Skip(reason);
        using var disk = SmallDisk.Mount(folder.File("disk"), 1);
        var data = DataFolder.At(Path.Combine(disk.Folder, "data"));
        data.Prepare(database: false);
        Should.Throw<DataFolderException>(() => data.Prepare()).Code.ShouldBe("data_folder_full");
        disk.Fill();
        data.Prepare(database: false);
        Should.Throw<DataFolderException>(() => data.Prepare()).Code.ShouldBe("data_folder_full");
    }

    [Fact]
    public void Exception_FullVolume_IsRecognised()
    {
        DataFolderException.From("/data", new IOException("No space left on device", 28)).Code.ShouldBe("data_folder_full");
        DataFolderException.From("/data", new IOException("Read-only file system", 30)).Code.ShouldBe("data_folder_not_writable");
    }

    [Fact]
    public void DeleteTemporaryDatabase_LeavesTheRealOne()
    {
        var data = DataFolder.At(folder.FullPath);
        File.WriteAllText(data.DatabaseFile(Checkpointer.Sqlite), "kept");
        File.WriteAllText(data.DatabaseFile(Checkpointer.Memory), "gone");
        File.WriteAllText(data.DatabaseFile(Checkpointer.Memory) + "-wal", "gone");

        data.DeleteTemporaryDatabase();

        Directory.GetFiles(folder.FullPath).ShouldBe([Path.Combine(folder.FullPath, "charterhouse.db")]);
    }
}
