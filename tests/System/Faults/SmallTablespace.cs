using System.Diagnostics;
using System.Globalization;
using Charterhouse.Testing;
using Npgsql;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>The house's tables on a small file system of their own, until it is disposed. The server's own files stay where they have space.</summary>
internal sealed class SmallTablespace : IAsyncDisposable
{
    private readonly FaultHouse house;

    private SmallTablespace(FaultHouse house, SmallDisk disk) => (this.house, Disk) = (house, disk);

    public SmallDisk Disk { get; }

    public static async Task<SmallTablespace> CreateAsync(FaultHouse house, CancellationToken cancellationToken)
    {
        var size = int.Parse((await house.Services.QueryAsync("SELECT pg_database_size(current_database()) / 1024 / 1024"))[0], CultureInfo.InvariantCulture);
        // not below a user's private temporary folder: the server runs under another account
        var storage = new SmallTablespace(house, SmallDisk.Mount(Path.Combine("/tmp", $"charter-tablespace-{Guid.NewGuid():N}"), size + 24));
        var folder = Directory.CreateDirectory(Path.Combine(storage.Disk.Folder, "tables")).FullName;
        using (var own = Process.Start("chown", ["postgres", folder])) await own.WaitForExitAsync(cancellationToken);
        await house.Services.QueryAsync($"CREATE TABLESPACE small LOCATION '{folder}'");
        await storage.MoveAsync("pg_default", "small");
        return storage;
    }

    public async ValueTask DisposeAsync()
    {
        Disk.Empty();
        await MoveAsync("small", "pg_default");
        await house.Services.QueryAsync("DROP TABLESPACE small");
        Disk.Dispose();
        Directory.Delete(Disk.Folder);
    }

    private async Task MoveAsync(string from, string to)
    {
        foreach (var what in (string[])["TABLE", "INDEX"])
        {
            // the services hold locks of their own meanwhile
            await Eventually.Holds($"{what} is moved", async () =>
            {
                try
                {
                    await house.Services.QueryAsync($"ALTER {what} ALL IN TABLESPACE {from} SET TABLESPACE {to}");
                    return true;
                }
                catch (PostgresException problem) when (problem.SqlState == PostgresErrorCodes.DeadlockDetected)
                {
                    return false;
                }
            }, TimeSpan.FromSeconds(60), CancellationToken.None);
        }
    }
}
