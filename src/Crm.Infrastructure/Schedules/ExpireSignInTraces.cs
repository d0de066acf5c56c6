using Crm.Application.Schedules;
using Crm.Infrastructure.Identity;

namespace Crm.Infrastructure.Schedules;

/// <summary>
/// Once an hour, deletes what signing in left behind and nobody asks for any more: counted failures, links that have expired, spent tokens. The tables are global: no
/// tenant's data is in them.
/// </summary>
internal sealed class ExpireSignInTraces(GlobalDb db) : ISchedule
{
    // Whoever comes late with the link of an invitation or an offer is told so for a while.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1), LinksKept = TimeSpan.FromDays(90);

    public string Name => "sign-ins.expire";

    public TimeSpan Every => TimeSpan.FromHours(1);

    public Task RunAsync(DateTimeOffset due, CancellationToken ct) => db.AloneAsync<int>("""
        delete from crm.login_attempts where window_started_at < @Before;
        delete from crm.password_resets where expires_at < @Before;
        delete from crm.invitation_lookup where expires_at < @Links;
        delete from crm.offer_links where expires_at < @Links;
        delete from crm.refresh_tokens where expires_at < @Before
        """, new { Before = due - Kept, Links = due - LinksKept }, ct);
}
