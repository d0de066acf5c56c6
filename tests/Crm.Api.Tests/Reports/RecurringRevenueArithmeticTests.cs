using Crm.Api.Tests.Fixture;
using Crm.Domain.Common;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Reports;

/// <summary>The arithmetic of recurring invoices that the database shares with the service.</summary>
public sealed class RecurringRevenueArithmeticTests(CrmApi api)
{
    [Fact]
    public async Task The_database_rounds_every_currency_as_the_service_does()
    {
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        foreach (var currency in Currency.All)
            (await connection.ExecuteScalarAsync<int>("select crm.minor_digits(@Code)", new { currency.Code })).ShouldBe(currency.Digits, currency.Code);
        (await connection.ExecuteScalarAsync<decimal>("select crm.monthly_amount(30, 'EUR', 'WEEK', 1) + crm.monthly_amount(-0.01, 'EUR', 'MONTH', 2) + crm.monthly_amount(100, 'JPY', 'YEAR', 3)")).ShouldBe(130m - 0.01m + 3m);
    }

    [Theory]
    [InlineData("'2026-01-31', 'MONTH', 1, 0, null, 3", "2026-04-30")]
    [InlineData("'2026-01-31', 'MONTH', 1, 5, null, 0", "2026-06-30")]
    [InlineData("'2026-01-31', 'MONTH', 1, 5, null, -2", "2026-06-30")]
    [InlineData("'2026-01-31', 'MONTH', 1, 0, '2026-02-28', null", "2026-03-31")]
    [InlineData("'2026-01-31', 'MONTH', 1, 0, '2026-02-27', null", "2026-02-28")]
    [InlineData("'2026-01-31', 'MONTH', 2, 0, '2026-04-30', null", "2026-05-31")]
    [InlineData("'2026-01-31', 'QUARTER', 1, 0, '2026-01-31', null", "2026-04-30")]
    [InlineData("'2028-02-29', 'YEAR', 1, 0, '2029-02-28', null", "2030-02-28")]
    [InlineData("'2026-01-05', 'WEEK', 2, 0, '2026-01-19', null", "2026-02-02")]
    [InlineData("'2026-01-05', 'WEEK', 2, 0, '2026-01-18', 9", "2026-01-19")]
    [InlineData("'2026-01-05', 'WEEK', 1, 4, '2026-01-06', null", "2026-02-02")]
    [InlineData("'2026-01-31', 'MONTH', 1, 0, null, null", null)]
    [InlineData("'9999-01-31', 'YEAR', 100, 0, null, 1000", null)]
    public async Task The_last_period_is_over_when_the_next_one_would_begin(string terms, string? day)
    {
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        (await connection.ExecuteScalarAsync<string>($"select crm.recurrence_end({terms.Insert(terms.IndexOf(',', StringComparison.Ordinal), "::date")})::text")).ShouldBe(day);
    }
}
