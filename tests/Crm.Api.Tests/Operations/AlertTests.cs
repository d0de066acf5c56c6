using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Crm.Api.Tests.Events;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Webhooks;
using YamlDotNet.RepresentationModel;

namespace Crm.Api.Tests.Operations;

/// <summary>The dashboard and the alert rules speak of metrics that exist, and each alert has its runbook.</summary>
public sealed partial class AlertTests(CrmApi api)
{
    [Fact]
    public async Task The_dashboard_asks_for_metrics_and_labels_there_are() =>
        await EachExistsAsync(JsonNode.Parse(File.ReadAllText(Repository.PathOf("deploy", "grafana", "crm-dashboard.json")))!["panels"]!.AsArray()
            .SelectMany(panel => panel!["targets"]?.AsArray() ?? []).Select(target => (string)target!["expr"]!));

    [Fact]
    public async Task The_alert_rules_ask_for_metrics_and_labels_there_are() => await EachExistsAsync(Rules().Select(rule => rule["expr"]));

    [Fact]
    public void Each_alert_has_its_runbook_and_each_runbook_its_alert()
    {
        var page = File.ReadAllText(Repository.PathOf("docs", "operations.md"));
        var section = page[page.IndexOf("## When an alert fires", StringComparison.Ordinal)..page.IndexOf("## Limits", StringComparison.Ordinal)];
        var headings = Heading().Matches(section).Select(h => h.Groups[1].Value);
        Rules().Select(rule => rule["alert"]).ShouldBe(headings);
        foreach (var rule in Rules()) rule["runbook"].ShouldBe("docs/operations.md#" + rule["alert"].ToLowerInvariant());
    }

    private async Task EachExistsAsync(IEnumerable<string> expressions)
    {
        var tenant = await api.TenantAsync();
        (await tenant.GetAsync("/leads")).ShouldBe(200);
        (await tenant.GetAsync("/leads?take=0")).ShouldBe(400);
        await using var feed = await EventFeed.OpenAsync(tenant);
        await using var receiver = await WebhookReceiver.StartAsync();
        await tenant.WebhookAsync(receiver);
        var scraped = "";
        await Eventually.Async(async () =>
        {
            // Any of the tests' services may send it.
            await tenant.LeadAsync();
            return (scraped = (await api.Anonymous.GetAsync("/metrics")).ShouldBe(200).Text).Contains("crm_webhooks_tries", StringComparison.Ordinal);
        }, "no try of a webhook is counted");
        var asked = expressions.SelectMany(e => Selector().Matches(e)).ToList();
        asked.Count.ShouldBeGreaterThan(10);
        foreach (var selector in asked)
        {
            var metric = selector.Groups["metric"].Value;
            if (metric == "up") continue; // Prometheus makes it itself
            var samples = scraped.Split('\n').Where(line => line.StartsWith(metric + "{", StringComparison.Ordinal) || line.StartsWith(metric + " ", StringComparison.Ordinal)).ToList();
            samples.ShouldNotBeEmpty($"There is no metric {metric}.");
            foreach (Match label in Label().Matches(selector.Groups["labels"].Value))
                if (label.Groups["name"].Value is not ("job" or "instance")) // the scraper adds them
                    samples.ShouldContain(line => line.Contains(label.Groups["name"].Value + "=\""), $"{metric} has no label {label.Groups["name"].Value}.");
        }
    }

    private static List<Dictionary<string, string>> Rules()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Repository.PathOf("deploy", "prometheus", "alerts.yml"))));
        var group = (YamlMappingNode)((YamlSequenceNode)yaml.Documents[0].RootNode["groups"])[0];
        return [.. ((YamlSequenceNode)group["rules"]).Select(rule => new Dictionary<string, string>
        {
            ["alert"] = rule["alert"].ToString(), ["expr"] = rule["expr"].ToString(), ["runbook"] = rule["annotations"]["runbook"].ToString(),
        })];
    }

    [GeneratedRegex("""(?<metric>[a-z_][a-z0-9_]*)\{(?<labels>[^}]*)\}""")]
    private static partial Regex Selector();

    [GeneratedRegex("""(?<name>[a-z_]+)(=~|!~|!=|=)""")]
    private static partial Regex Label();

    [GeneratedRegex("^### (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
