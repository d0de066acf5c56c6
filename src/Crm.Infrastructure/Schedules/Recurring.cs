using Crm.Application.Schedules;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Infrastructure.Schedules;

/// <summary>The schedules of this version of the service, made anew in each scope that runs one.</summary>
internal sealed class Recurring(IServiceScopeFactory scopes)
{
    private IReadOnlyList<IRecurring>? _all;

    /// <summary>All of them, by name; to look at, not to run.</summary>
    public async ValueTask<IReadOnlyList<IRecurring>> AllAsync()
    {
        if (_all is { } known) return known;
        await using var scope = scopes.CreateAsyncScope();
        return _all = [.. In(scope.ServiceProvider).OrderBy(s => s.Name, StringComparer.Ordinal)];
    }

    /// <summary>The one of this name, to be run in this scope.</summary>
    public static IRecurring Find(IServiceProvider scope, string name) => In(scope).Single(s => s.Name == name);

    /// <summary>The latest due time that is not after <paramref name="now"/>.</summary>
    public static DateTimeOffset Latest(IRecurring schedule, DateTimeOffset now) => new(now.UtcTicks - (now.UtcTicks - DateTime.UnixEpoch.Ticks) % schedule.Every.Ticks, TimeSpan.Zero);

    private static IEnumerable<IRecurring> In(IServiceProvider scope) => scope.GetServices<ISchedule>().Concat<IRecurring>(scope.GetServices<ITenantSchedule>());
}
