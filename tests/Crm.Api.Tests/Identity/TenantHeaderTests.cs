using Crm.Api.Tests.Fixture;
using Npgsql;

namespace Crm.Api.Tests.Identity;

public sealed class TenantHeaderTests(CrmApi api)
{
    private const string Header = "X-Tenant-Id";

    [Fact]
    public async Task The_header_may_be_left_out_with_one_tenant()
    {
        var tenant = await api.TenantAsync();
        (await tenant.GetAsync("/leads")).ShouldBe(200);
        (await tenant.GetAsync("/leads", (Header, tenant.Id.ToString().ToUpperInvariant()))).ShouldBe(200);
    }

    [Theory]
    [InlineData("nonsense"), InlineData(""), InlineData("00000000-0000-0000-0000-00000000000g")]
    public async Task A_malformed_header_is_400(string value)
    {
        var tenant = await api.TenantAsync();
        (await tenant.GetAsync("/leads", (Header, value))).ShouldFail(400, "INVALID_TENANT");
        (await api.Anonymous.GetAsync("/leads", (Header, value))).ShouldFail(401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task Another_tenant_is_403_whether_it_exists_or_not()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        (await mine.GetAsync("/leads", (Header, other.Id.ToString()))).ShouldFail(403, "TENANT_FORBIDDEN");
        (await mine.GetAsync("/leads", (Header, Guid.NewGuid().ToString()))).ShouldFail(403, "TENANT_FORBIDDEN");
        (await mine.GetAsync("/no-such-thing", (Header, other.Id.ToString()))).ShouldFail(403, "TENANT_FORBIDDEN");
    }

    [Fact]
    public async Task A_member_of_several_tenants_names_one()
    {
        var (first, second) = (await api.TenantAsync(), await api.TenantAsync());
        var lead = await second.LeadAsync("Of the second");
        (await second.PostAsync("/team/members", new { fullName = "Olga Guest", email = first.Email, password = first.Password })).ShouldBe(201).Id.ShouldBe(first.UserId);
        (await first.GetAsync("/leads")).ShouldFail(400, "INVALID_TENANT");
        (await first.GetAsync("/leads", (Header, first.Id.ToString()))).ShouldBe(200).Items.ShouldBeEmpty();
        (await first.GetAsync($"/leads/{lead}", (Header, second.Id.ToString()))).ShouldBe(200);
        (await api.Anonymous.PostAsync("/auth/login", new { email = first.Email, password = first.Password })).ShouldFail(400, "INVALID_TENANT");
        var login = await api.Anonymous.PostAsync("/auth/login", new { email = first.Email, password = first.Password, tenantId = second.Id });
        login.ShouldBe(200);
        ((string?)login.Data["user"]!["role"]).ShouldBe("USER");
        ((string?)login.Data["user"]!["fullName"]).ShouldBe("Olga Guest");
        (await api.Anonymous.PostAsync("/auth/login", new { email = second.Email, password = second.Password, tenantId = first.Id })).ShouldFail(403, "TENANT_FORBIDDEN");
        (await second.DeleteAsync($"/team/members/{first.UserId}")).ShouldBe(204);
        (await first.GetAsync("/leads")).ShouldBe(200);
    }

    [Fact]
    public async Task A_suspended_tenant_lets_nobody_in()
    {
        var tenant = await api.TenantAsync();
        await using (var connection = new NpgsqlConnection(api.AppConnectionString))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new NpgsqlCommand("update crm.tenants set status = 'SUSPENDED' where id = $1", connection);
            command.Parameters.Add(new NpgsqlParameter { Value = tenant.Id });
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        (await tenant.GetAsync("/leads")).ShouldFail(403, "TENANT_SUSPENDED");
        (await api.Anonymous.PostAsync("/auth/login", new { email = tenant.Email, password = tenant.Password })).ShouldFail(403, "TENANT_SUSPENDED");
        (await api.Anonymous.PostAsync("/auth/refresh", new { refreshToken = tenant.RefreshToken })).ShouldFail(403, "TENANT_SUSPENDED");
    }
}
