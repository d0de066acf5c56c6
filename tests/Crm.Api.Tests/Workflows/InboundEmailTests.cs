using System.Text;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Workflows;

/// <summary>E-mails that are handed in at the organization's secret address, and the rules they set off.</summary>
public sealed class InboundEmailTests(CrmApi api)
{
    [Fact]
    public async Task An_e_mail_sets_off_rules_about_who_sent_it()
    {
        var tenant = await api.TenantAsync();
        var url = await OpenAsync(tenant);
        var rule = await tenant.RuleAsync(new { type = "EMAIL_RECEIVED" }, [new { type = "CREATE_TASK", title = "Answer: {{payload.subject}}", description = "{{payload.fromName}}: {{payload.text}} ({{payload.attachments}})" }],
            """{"field": "name", "value": "Ада"}""");
        var made = await tenant.RuleAsync(new { type = "EMAIL_RECEIVED" }, [new { type = "CREATE_RECORD", resource = "leads", data = new { name = "{{payload.fromName}}", email = "{{payload.from}}", source = "EMAIL" } }], more: new { resource = "customers" });
        var lead = await tenant.LeadAsync("Ада", more: new { email = "ada@example.com" });
        var reply = await HandInAsync(url, """
            From: =?utf-8?B?0JDQtNCw?= <ADA@example.com>
            To: sales@example.org
            Subject: =?utf-8?Q?=D0=9E=D1=84=D0=B5=D1=80=D1=82=D0=B0?=
            Message-ID: <1@example.com>
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/plain; charset=windows-1251
            Content-Transfer-Encoding: base64

            z/Do4uXy
            --b
            Content-Disposition: attachment; filename=plan.pdf

            %PDF
            --b--
            """);
        reply.ShouldBe(200);
        (reply.Of("messageId"), (bool)reply.Data["isRepeated"]!, (int)reply.Data["runs"]!).ShouldBe(("<1@example.com>", false, 2));
        var task = (await EventuallyOneAsync(tenant, "/tasks"))!;
        ((string)task["title"]!, (string)task["description"]!, (Guid)task["leadId"]!).ShouldBe(("Answer: Оферта", "Ада: Привет (plan.pdf)", lead));
        (await tenant.RunsAsync(rule)).ShouldHaveSingleItem()["recordId"]!.GetValue<Guid>().ShouldBe(lead);
        (await tenant.RunsAsync(made)).ShouldHaveSingleItem()["recordId"].ShouldBeNull("no customer has the address");
        (await tenant.GetAsync("/leads?source=EMAIL&email=ada@example.com")).Items.ShouldHaveSingleItem()!["name"]!.GetValue<string>().ShouldBe("Ада");
    }

    [Fact]
    public async Task A_message_has_its_effect_once_however_often_and_wherever_it_is_handed_in()
    {
        await using var other = new ConfiguredApi(api);
        var (tenant, stranger) = (await api.TenantAsync(), await api.TenantAsync());
        var (url, theirs) = (await OpenAsync(tenant), await OpenAsync(stranger));
        var rule = await tenant.RuleAsync(new { type = "EMAIL_RECEIVED" }, [new { type = "CREATE_TASK", title = "{{payload.subject}}" }]);
        const string message = "From: ada@example.com\nSubject: Once\nMessage-ID: <once@example.com>\n\nText";
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => HandInAsync(url, message, i % 2 == 0 ? api.Anonymous : other.Anonymous)));
        foreach (var reply in replies) reply.ShouldBe(200);
        replies.Count(r => !(bool)r.Data["isRepeated"]!).ShouldBe(1);
        replies.Sum(r => (int)r.Data["runs"]!).ShouldBe(1);
        (await tenant.RunsAsync(rule)).Count.ShouldBe(1);
        ((bool)(await HandInAsync(theirs, message)).ShouldBe(200).Data["isRepeated"]!).ShouldBeFalse("another organization has not had it");
        (await HandInAsync(url, message.Replace("<once@", "<twice@", StringComparison.Ordinal))).ShouldBe(200).Of("messageId").ShouldBe("<twice@example.com>");
        // Without a Message-ID it is known by what it says, whatever was written above it on the way.
        const string nameless = "From: ada@example.com\nDate: Sun, 22 Nov 2026 10:00:00 +0000\nSubject: Nameless\n\nText";
        var first = (await HandInAsync(url, nameless)).ShouldBe(200);
        ((bool)(await HandInAsync(url, "Received: from elsewhere\n" + nameless)).ShouldBe(200).Data["isRepeated"]!).ShouldBeTrue();
        ((bool)(await HandInAsync(url, nameless.Replace("10:00", "11:00", StringComparison.Ordinal))).ShouldBe(200).Data["isRepeated"]!).ShouldBeFalse(first.Text);
    }

    [Fact]
    public async Task The_address_is_shown_once_and_another_ends_it_a_day_later()
    {
        var tenant = await api.TenantAsync();
        ((bool)(await tenant.GetAsync("/inbound-email")).ShouldBe(200).Data["isOpen"]!).ShouldBeFalse();
        var first = (await tenant.PostAsync("/inbound-email", null, ("Idempotency-Key", "once"))).ShouldBe(201);
        first.Data["previousEndsAt"].ShouldBeNull();
        var second = (await tenant.PostAsync("/inbound-email", null, ("Idempotency-Key", "once"))).ShouldBe(201);
        second.Of("url").ShouldNotBe(first.Of("url"), "a secret is not kept for a retry");
        ((DateTimeOffset)second.Data["previousEndsAt"]!).ShouldBeInRange(DateTimeOffset.UtcNow.AddHours(23), DateTimeOffset.UtcNow.AddHours(25));
        var seen = (await tenant.GetAsync("/inbound-email")).ShouldBe(200);
        ((bool)seen.Data["isOpen"]!, seen.Data["openedAt"] is not null, seen.Data["previousEndsAt"] is not null).ShouldBe((true, true, true));
        seen.Text.ShouldNotContain("hooks");
        foreach (var url in new[] { first.Of("url")!, second.Of("url")! }) (await HandInAsync(url, $"From: ada@example.com\nSubject: {url[^8..]}\n\nText")).ShouldBe(200);
        await using (var connection = new NpgsqlConnection(api.AppConnectionString))
            await connection.ExecuteAsync("update crm.inbound_addresses set expires_at = now() - interval '1 second' where tenant_id = @Id and expires_at is not null", new { tenant.Id });
        (await HandInAsync(first.Of("url")!, "From: ada@example.com\n\nLate")).ShouldFail(404, "NOT_FOUND");
        (await HandInAsync(second.Of("url")!, "From: ada@example.com\n\nIn time")).ShouldBe(200);
        (await tenant.DeleteAsync("/inbound-email")).ShouldBe(204);
        (await tenant.DeleteAsync("/inbound-email")).ShouldBe(204);
        (await HandInAsync(second.Of("url")!, "From: ada@example.com\n\nClosed")).ShouldFail(404, "NOT_FOUND");
        var audited = (await tenant.GetAsync("/audit?resource=inbound-email")).ShouldBe(200).Items.Select(a => (string?)a!["action"]);
        audited.ShouldBe(["CloseInboundEmail", "OpenInboundEmail", "OpenInboundEmail"]);
        var user = (await tenant.MemberAsync("MANAGER")).Client;
        (await user.GetAsync("/inbound-email")).ShouldFail(403, "FORBIDDEN");
        (await user.PostAsync("/inbound-email")).ShouldFail(403, "FORBIDDEN");
        (await user.DeleteAsync("/inbound-email")).ShouldFail(403, "FORBIDDEN");
    }

    [Fact]
    public async Task What_is_no_message_or_too_large_or_for_nobody_is_refused()
    {
        var url = await OpenAsync(await api.TenantAsync());
        (await HandInAsync(url, "No message at all")).ShouldFail(400, "VALIDATION_FAILED").Errors["$"]![0]!.GetValue<string>().ShouldStartWith("is no e-mail");
        (await HandInAsync(url, "")).ShouldFail(400, "VALIDATION_FAILED");
        (await HandInAsync(url, "Subject: From nobody\n\nText")).ShouldFail(400, "VALIDATION_FAILED");
        (await HandInAsync(url[..^1] + "x", "From: ada@example.com\n\nText")).ShouldFail(404, "NOT_FOUND");
        (await HandInAsync("/api/v1/hooks/email/%00", "From: ada@example.com\n\nText")).Status.ShouldBeInRange(400, 404);
        (await api.Anonymous.RawAsync("POST", url, "{}"u8.ToArray())).ShouldFail(415, "UNSUPPORTED_MEDIA_TYPE");
        (await api.Anonymous.PostAsync(url)).ShouldFail(415, "UNSUPPORTED_MEDIA_TYPE");
        (await api.Anonymous.RawAsync("POST", url, "From: a@example.com\n\n"u8.ToArray(), "message/rfc822", ("Content-Encoding", "gzip"))).ShouldFail(415, "UNSUPPORTED_MEDIA_TYPE");
        (await api.Anonymous.RawAsync("POST", url, new byte[(16 << 20) + 1], "message/rfc822")).ShouldFail(413, "PAYLOAD_TOO_LARGE");
        using var endless = new StreamContent(new MemoryStream(new byte[(16 << 20) + 1]));
        endless.Headers.TryAddWithoutValidation("Content-Type", "message/rfc822");
        (await api.Anonymous.SendAsync("POST", url, endless, ("Transfer-Encoding", "chunked"))).ShouldFail(413, "PAYLOAD_TOO_LARGE");
        (await api.Anonymous.RawAsync("POST", url, [.. "From: a@example.com\n\n"u8, .. new byte[1 << 20], 0xC3, 0x28, 0xFF], "message/rfc822")).ShouldBe(200);
    }

    [Fact]
    public async Task What_a_machine_has_sent_is_answered_by_none()
    {
        var tenant = await api.TenantAsync();
        var url = await OpenAsync(tenant);
        var rule = await tenant.RuleAsync(new { type = "EMAIL_RECEIVED" }, [new { type = "SEND_EMAIL", to = "{{payload.from}}", subject = "Re: {{payload.subject}}", body = "We have it." }]);
        var sender = $"ada-{Guid.NewGuid():N}@example.com";
        (await HandInAsync(url, $"From: {sender}\nAuto-Submitted: auto-replied\nSubject: Absent\nMessage-ID: <absent@example.com>\n\nI am away.")).ShouldBe(200);
        var run = (await tenant.RunsAsync(rule)).ShouldHaveSingleItem();
        run.Status().ShouldBe("FAILED");
        ((string)run["reason"]!).ShouldContain("machine");
        (await HandInAsync(url, $"From: {sender}\nSubject: Offer\nMessage-ID: <offer@example.com>\n\nPlease.")).ShouldBe(200);
        (await tenant.RunsAsync(rule, 2)).Count(r => r.Status() == "SUCCEEDED").ShouldBe(1);
    }

    private static async Task<string> OpenAsync(ApiClient tenant) => (await tenant.PostAsync("/inbound-email")).ShouldBe(201).Of("url")!;

    private Task<Reply> HandInAsync(string url, string message, ApiClient? via = null) =>
        (via ?? api.Anonymous).RawAsync("POST", url, Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r\n")), "message/rfc822");

    private static async Task<System.Text.Json.Nodes.JsonNode?> EventuallyOneAsync(ApiClient tenant, string path)
    {
        await Eventually.Async(async () => (await tenant.GetAsync(path)).Items.Count == 1, "the rule has run");
        return (await tenant.GetAsync(path)).Items[0];
    }
}
