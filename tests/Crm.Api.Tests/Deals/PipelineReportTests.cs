using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Deals;

public sealed class PipelineReportTests(CrmApi api)
{
    private static string Figures(JsonNode row) =>
        $"{row["count"]} {Number(row["value"])} {Number(row["weightedValue"])} {row["open"]}/{row["won"]}/{row["lost"]} {Number(row["wonValue"])} {Number(row["winRate"])} {Number(row["averageWonCycleDays"])}";

    private static string Number(JsonNode? number) => number is null ? "-" : ((decimal)number).ToString("0.##########", System.Globalization.CultureInfo.InvariantCulture);

    private static object Eur(decimal amount) => new { amount, currency = "EUR" };

    private async Task<TenantClient> SceneAsync()
    {
        var tenant = await api.TenantAsync();
        var stages = await tenant.StagesAsync();
        await tenant.DealAsync(new { value = Eur(1000), openedOn = "2017-01-01", stageId = stages["CLOSED_WON"], actualCloseDate = "2017-03-02" });
        await tenant.DealAsync(new { value = Eur(500), openedOn = "2017-01-01", stageId = stages["CLOSED_WON"], actualCloseDate = "2017-04-01" });
        await tenant.DealAsync(new { value = Eur(70), openedOn = "2017-01-01", stageId = stages["CLOSED_LOST"], actualCloseDate = "2017-03-31" });
        await tenant.DealAsync(new { value = Eur(300), stageId = stages["PROPOSAL"] });
        await tenant.DealAsync(new { value = Eur(100), stageId = stages["PROPOSAL"], probability = 5 });
        await tenant.DealAsync();
        await tenant.DealAsync(new { value = new { amount = 9, currency = "JPY" }, stageId = stages["PROPOSAL"] });
        await tenant.DeleteAsync($"/deals/{(await tenant.DealAsync(new { value = Eur(7777) })).Id}");
        return tenant;
    }

    [Fact]
    public async Task By_status_and_stage_every_figure_is_exact()
    {
        var tenant = await SceneAsync();
        var byStatus = await tenant.ReportAsync("status");
        Figures(byStatus["WON"]).ShouldBe("2 1500 1500 0/2/0 1500 1 75");
        Figures(byStatus["LOST"]).ShouldBe("1 70 0 0/0/1 0 0 -");
        Figures(byStatus["OPEN"]).ShouldBe("3 400 155 3/0/0 0 - -");
        Figures(byStatus["OPEN JPY"]).ShouldBe("1 9 4 1/0/0 0 - -");

        var stages = await tenant.StagesAsync();
        var byStage = await tenant.ReportAsync("stage");
        Figures(byStage[stages["PROPOSAL"].ToString()]).ShouldBe("2 400 155 2/0/0 0 - -");
        ((string?)byStage[stages["LEAD"].ToString()]["label"]).ShouldBe("LEAD");

        var totals = (await tenant.GetAsync("/reports/pipeline?groupBy=owner")).Data["totals"]!.AsArray();
        Figures(totals[0]!).ShouldBe("6 1970 1655 3/2/1 1500 0.6666666667 75");
        totals.Select(t => (string?)t!["currency"]).ShouldBe(["EUR", "JPY"]);
    }

    [Fact]
    public async Task Months_and_quarters_are_those_of_the_actual_close_date()
    {
        var tenant = await SceneAsync();
        var months = await tenant.ReportAsync("month");
        months.Keys.Order(StringComparer.Ordinal).ShouldBe(["2017-03", "2017-04", "none", "none JPY"]);
        Figures(months["2017-03"]).ShouldBe("2 1070 1000 0/1/1 1000 0.5 60");
        var quarters = await tenant.ReportAsync("quarter");
        Figures(quarters["2017-Q1"]).ShouldBe("2 1070 1000 0/1/1 1000 0.5 60");
        Figures(quarters["2017-Q2"]).ShouldBe("1 500 500 0/1/0 500 1 90");
        (await tenant.ReportAsync("month", "&closedFrom=2017-04-01&closedTo=2017-04-01")).Keys.ShouldBe(["2017-04"]);
    }

    [Fact]
    public async Task Owner_team_and_region_follow_the_owner()
    {
        var tenant = await api.TenantAsync();
        var team = (await tenant.PostAsync("/teams", new { name = "Hunters", region = "West" })).ShouldBe(201).Id;
        var (_, seller) = await tenant.MemberAsync(teamId: team);
        await tenant.DealAsync(new { ownerId = seller, value = Eur(5) });
        await tenant.DealAsync(new { value = Eur(1) });
        Figures((await tenant.ReportAsync("region"))["West"]).ShouldStartWith("1 5 ");
        Figures((await tenant.ReportAsync("region"))["none"]).ShouldStartWith("1 1 ");
        ((string?)(await tenant.ReportAsync("team"))[team.ToString()]["label"]).ShouldBe("Hunters");
        Figures((await tenant.ReportAsync("owner"))[seller.ToString()]).ShouldStartWith("1 5 ");
        (await tenant.ReportAsync("owner", $"&ownerId={seller}")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Products_count_their_lines()
    {
        var tenant = await api.TenantAsync();
        var (engine, mill) = (await tenant.ProductAsync(100), await tenant.ProductAsync(10));
        await tenant.DealAsync(new { lineItems = new object[] { new { productId = engine, quantity = 2 }, new { productId = mill }, new { productId = engine, quantity = 0.5 } } });
        await tenant.DealAsync(new { value = Eur(3) });
        var products = await tenant.ReportAsync("product");
        Figures(products[engine.ToString()]).ShouldStartWith("1 250 ");
        Figures(products[mill.ToString()]).ShouldStartWith("1 10 ");
        Figures(products["none"]).ShouldStartWith("1 3 ");
        ((int)(await tenant.GetAsync("/reports/pipeline?groupBy=product")).Data["totals"]![0]!["count"]!).ShouldBe(2);
    }

    [Fact]
    public async Task Another_grouping_is_refused_and_a_stranger_counts_nothing()
    {
        var (tenant, stranger) = (await api.TenantAsync(), await api.TenantAsync());
        await tenant.DealAsync();
        (await stranger.ReportAsync("status")).ShouldBeEmpty();
        (await tenant.GetAsync("/reports/pipeline?groupBy=colour")).ShouldFail(400, "INVALID_QUERY").Errors.ShouldContainKey("groupBy");
        (await tenant.GetAsync("/reports/pipeline")).ShouldFail(400, "INVALID_QUERY").Errors.ShouldContainKey("groupBy");
        (await tenant.GetAsync("/reports/pipeline?groupBy=status&colour=red")).ShouldFail(400, "INVALID_QUERY").Errors.ShouldContainKey("colour");
    }
}
