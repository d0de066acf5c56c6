using System.Globalization;

namespace Crm.Scale;

/// <summary>The processor time that the service, its database and those who measure it take, of which they have the machine's cores in common.</summary>
internal sealed class Shares
{
    private readonly int[] _service, _database;
    private readonly double _begun;
    private readonly (double Service, double Database, double Own) _before;

    public Shares(int service, int postmaster)
    {
        (_service, _database, _begun) = ([service], [postmaster, .. Children(postmaster)], Now);
        _before = Taken;
    }

    private static double Now => Environment.TickCount64 / 1000.0;

    private (double Service, double Database, double Own) Taken => (_service.Sum(Seconds), _database.Sum(Seconds), Environment.CpuUsage.TotalTime.TotalSeconds);

    public override string ToString()
    {
        var (taken, time) = (Taken, Now - _begun);
        return string.Create(CultureInfo.InvariantCulture, $"cores of {Environment.ProcessorCount}: service {(taken.Service - _before.Service) / time:N2}, database {(taken.Database - _before.Database) / time:N2}, writers and clients {(taken.Own - _before.Own) / time:N2}; load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
    }

    private static IEnumerable<int> Children(int parent) => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => int.TryParse(n, out _))
        .Select(n => int.Parse(n!, CultureInfo.InvariantCulture)).Where(p => Stat(p) is { Length: > 1 } s && s[1] == parent.ToString(CultureInfo.InvariantCulture));

    /// <summary>User and system time, in hundredths of a second in all versions of Linux that matter.</summary>
    private static double Seconds(int process) => Stat(process) is { Length: > 12 } stat ? (double.Parse(stat[11], CultureInfo.InvariantCulture) + double.Parse(stat[12], CultureInfo.InvariantCulture)) / 100 : 0;

    /// <summary>What /proc says of a process, from its state on; nothing when it is gone.</summary>
    private static string[] Stat(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
