using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;

namespace Charterhouse.Platform.Tests;

public sealed class DatabaseExaminationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OfSqlite_NoFile_CreatesNone()
    {
        using var folder = new TemporaryFolder();

        var problem = await Should.ThrowAsync<StorageException>(DatabaseExamination.OfSqliteAsync(folder.File("x.db"), Token));

        problem.Code.ShouldBe("cannot_open");
        Directory.GetFileSystemEntries(folder.FullPath).ShouldBeEmpty();
    }

    [Fact]
    public async Task OfSqlite_NoDatabase_IsCorrupt()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("x.db", string.Join(' ', Enumerable.Repeat("this is no database", 200)));

        (await Should.ThrowAsync<StorageException>(DatabaseExamination.OfSqliteAsync(file, Token))).Code.ShouldBe("corrupt");
    }

    [Fact]
    public async Task OfSqlite_WhileAnotherWriteIsOpen_SeesWhatIsCommitted()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, Token);
        await using var host = await PlatformHost.StartAsync(database, configure: null, Token);

        await host.Database.WriteAsync(async (db, token) =>
        {
            await db.PutBlobAsync(new byte[5000], token);
            var examination = await DatabaseExamination.OfSqliteAsync(database.Settings.Location, token);
            (examination.QuickCheck, examination.Version).ShouldBe(("ok", examination.ProgramVersion));
        }, Token);
    }

    [Fact]
    public async Task OfSqlite_FolderIsReadOnly_LooksAtTheFile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "root may write everything");
        using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, Token);
        await (await PlatformHost.StartAsync(database, configure: null, Token)).DisposeAsync();
        var folder = Path.GetDirectoryName(database.Settings.Location)!;
        if (OperatingSystem.IsWindows()) return; // for the analyzer: skipped above
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            (await DatabaseExamination.OfSqliteAsync(database.Settings.Location, Token)).QuickCheck.ShouldBe("ok");
        }
        finally
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
