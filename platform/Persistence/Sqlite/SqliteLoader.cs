using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Charterhouse.Platform.Persistence.Sqlite;

/// <summary>
/// Microsoft.Data.Sqlite 10 asks for SQLitePCLRaw 2.1, which the package registry that this project builds against does not have; 2.0.6 has
/// everything that is called (docs/adr/0005). Two hooks, set before the first SQLite type is touched: an assembly of another version
/// may stand in, and the system's libsqlite3 goes before the bundled one, which is older.
/// </summary>
internal static class SqliteLoader
{
    /// <summary>Set to <c>bundled</c> to run on the bundled library instead of the system's.</summary>
    internal const string LibraryVariable = "CHARTER_SQLITE";

#pragma warning disable CA2255 // a library may not need a module initializer often; this one must act before anything binds to SQLite
    [ModuleInitializer]
    internal static void Initialize()
#pragma warning restore CA2255
    {
        AssemblyLoadContext.Default.Resolving += static (context, name) =>
        {
            if (name.Name is not { } simple || !simple.StartsWith("SQLitePCLRaw.", StringComparison.Ordinal)) return null;
            var path = Path.Combine(AppContext.BaseDirectory, simple + ".dll");
            return File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        };
    }

    private static readonly Lazy<bool> Ready = new(static () =>
    {
        var provider = Assembly.Load("SQLitePCLRaw.provider.e_sqlite3");
        if (!string.Equals(Environment.GetEnvironmentVariable(LibraryVariable), "bundled", StringComparison.OrdinalIgnoreCase))
        {
            NativeLibrary.SetDllImportResolver(provider, static (library, assembly, _) =>
                library == "e_sqlite3" && NativeLibrary.TryLoad("libsqlite3.so.0", assembly, null, out var handle) ? handle : IntPtr.Zero);
        }
        SQLitePCL.Batteries_V2.Init();
        return true;
    });

    /// <summary>Call before the first connection is made. Cheap when done already.</summary>
    public static void EnsureLoaded() => _ = Ready.Value;
}
