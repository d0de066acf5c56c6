using System.Collections.Concurrent;
using System.Reflection;
using Dapper;
using Npgsql;
using Xunit.v3;

[assembly: Crm.Api.Tests.Fixture.EndsWhatItBegan]

namespace Crm.Api.Tests.Fixture;

/// <summary>
/// Ends what a test's organizations have left to send: their receivers are gone, the queue is shared, and what fails there would stand in the way of the tests that come after.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class EndsWhatItBeganAttribute : BeforeAfterTestAttribute
{
    private static readonly ConcurrentDictionary<string, ConcurrentBag<Guid>> Tenants = new();

    /// <summary>The connection string of the database that the tests share.</summary>
    public static string? Shared { get; set; }

    /// <summary>Remembers whose the organization is: the test's that is running.</summary>
    public static void Remember(Guid tenant)
    {
        if (TestContext.Current.Test is { } test) Tenants.GetOrAdd(test.UniqueID, _ => []).Add(tenant);
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (!Tenants.TryRemove(test.UniqueID, out var mine) || Shared is null) return;
        using var connection = new NpgsqlConnection(Shared);
        // One after the other, and around whoever is at work on them just now: nobody waits for this in a ring.
        connection.Execute("update crm.webhook_endpoints set is_open = false where tenant_id = any(@mine)", new { mine = mine.ToArray() });
        connection.Execute("""
            delete from crm.webhook_lanes l using (
              select d.tenant_id, d.webhook_id, d.aggregate_id from crm.webhook_lanes d where d.tenant_id = any(@mine) for update skip locked) as free
            where l.tenant_id = free.tenant_id and l.webhook_id = free.webhook_id and l.aggregate_id = free.aggregate_id
            """, new { mine = mine.ToArray() });
    }
}
