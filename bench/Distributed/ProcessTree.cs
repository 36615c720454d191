using System.Diagnostics;
using System.Globalization;

namespace Charterhouse.Bench.Distributed;

/// <summary>The processor time of a process and all below it, from /proc.</summary>
internal static class ProcessTree
{
    private const double TicksPerSecond = 100; // USER_HZ, fixed in Linux's interface

    /// <summary>User and system time in milliseconds, that of children included which have ended and were waited for.</summary>
    public static double Milliseconds(int root)
    {
        var parents = new Dictionary<int, (int Parent, double Ticks)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                parents[id] = Read(folder);
            }
            catch (IOException)
            {
                // it has ended
            }
        }
        return parents.Where(process => IsBelow(process.Key)).Sum(process => process.Value.Ticks) * 1000 / TicksPerSecond;

        bool IsBelow(int id)
        {
            for (; parents.TryGetValue(id, out var process); id = process.Parent)
            {
                if (id == root) return true;
            }
            return false;
        }
    }

    /// <summary>The same of one process alone, followed until it ends; less what the last few milliseconds hide.</summary>
    public static async Task<double> FollowAsync(Process process)
    {
        var time = 0d;
        try
        {
            while (!process.HasExited)
            {
                time = Read(Path.Combine("/proc", process.Id.ToString(CultureInfo.InvariantCulture))).Ticks;
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }
        catch (IOException)
        {
            // it has ended
        }
        return time * 1000 / TicksPerSecond;
    }

    private static (int Parent, double Ticks) Read(string folder)
    {
        var stat = File.ReadAllText(Path.Combine(folder, "stat"));
        // behind the name: state, parent; utime to cstime are the 12th to 15th
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (int.Parse(fields[1], CultureInfo.InvariantCulture), fields[11..15].Sum(field => double.Parse(field, CultureInfo.InvariantCulture)));
    }

    /// <summary>The load average of the last minute.</summary>
    public static double Load() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
}
