using System.Text;
using System.Text.Json.Nodes;
using Crm.Api.Operations;
using Microsoft.Extensions.Logging;

namespace Crm.Api.Tests.Operations;

public sealed class LogTests
{
    private readonly MemoryStream _output = new();

    [Fact]
    public void A_request_is_one_line_of_ids_and_figures()
    {
        var (tenant, user) = (Guid.NewGuid(), Guid.NewGuid());
        var line = Logged(log => log.Log(LogLevel.Information, default, new RequestLine("GET", "/api/v1/leads/{id}", 200, 0.0125, "r-1", tenant, user), null, RequestLine.Text));
        line.Select(m => m.Key).ShouldBe(["time", "level", "category", "method", "route", "status", "durationMs", "requestId", "tenantId", "userId"], ignoreOrder: true);
        ((string?)line["route"]).ShouldBe("/api/v1/leads/{id}");
        ((double)line["durationMs"]!).ShouldBe(12.5);
        ((Guid)line["tenantId"]!).ShouldBe(tenant);
    }

    [Fact]
    public void An_exception_is_told_without_the_data_it_quotes()
    {
        Exception thrown;
        try
        {
            throw new InvalidOperationException("Our own words", new FormatException("The input string 'ada.byron@example.com' was not in a correct format."));
        }
        catch (InvalidOperationException e)
        {
            thrown = e;
        }
        var text = (string)Logged(log => log.LogError(thrown, "It failed"))["exception"]!;
        text.ShouldContain("InvalidOperationException: Our own words");
        text.ShouldContain("FormatException");
        text.ShouldContain(nameof(An_exception_is_told_without_the_data_it_quotes));
        text.ShouldNotContain("ada.byron");
    }

    [Fact]
    public void Text_of_a_message_cannot_end_its_line() =>
        ((string?)Logged(log => log.LogWarning("a\n{Forged}", "{\"level\":\"INFO\"}\r\n"))["message"]).ShouldBe("a\n{\"level\":\"INFO\"}\r\n");

    [Fact]
    public void A_console_that_nobody_reads_costs_lines_not_requests()
    {
        using var writer = new LogWriter(_output);
        var line = new byte[1 << 20];
        for (var i = 0; i < 20; i++) writer.Write(line, urgent: false);
        writer.Flush();
        _output.Length.ShouldBeLessThan(10 << 20);
        Encoding.UTF8.GetString(_output.ToArray()).TrimEnd().ShouldEndWith("lines were dropped\"}");
    }

    private JsonObject Logged(Action<ILogger> log)
    {
        using (var provider = new JsonLogProvider(new LogWriter(_output), discreet: true)) log(provider.CreateLogger("Crm.Test"));
        var lines = Encoding.UTF8.GetString(_output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return JsonNode.Parse(lines.ShouldHaveSingleItem())!.AsObject();
    }
}
