using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Contract;

/// <summary>Whatever a client sends: a clear refusal or the value back unchanged, never a 5xx.</summary>
public sealed class BadInputTests(CrmApi api)
{
    [Fact]
    public async Task Bodies_that_are_no_json_are_refused_and_json_is_never_a_server_error()
    {
        var tenant = await api.TenantAsync();
        var cases = new List<(string Name, byte[] Body)>
        {
            ("n_open.json", "{\"name\": "u8.ToArray()), ("n_trailing.json", "{\"name\":\"a\"} x"u8.ToArray()), ("n_utf8.json", [.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8]),
            ("i_surrogate.json", "{\"name\":\"\\uD800\"}"u8.ToArray()), ("i_nul.json", "{\"name\":\"a\\u0000b\"}"u8.ToArray()), ("i_key.json", "{\"\\uDEAD\":1}"u8.ToArray()),
            ("y_text.json", "\"x\""u8.ToArray()), ("y_array.json", "[]"u8.ToArray()), ("n_deep.json", Encoding.ASCII.GetBytes(new string('[', 100_000))),
        };
        if (SharedData.Find("badinput/json") is { } folder) cases.AddRange(Directory.GetFiles(folder, "*.json").Select(f => (Path.GetFileName(f), File.ReadAllBytes(f))));
        foreach (var (name, body) in cases)
        {
            foreach (var path in (string[])["/leads", "/leads/batch", "/leads/query"])
            {
                var reply = await tenant.RawAsync("POST", path, body);
                reply.Status.ShouldBeInRange(200, 499, $"{name}: {reply}");
                if (name.StartsWith("n_", StringComparison.Ordinal)) reply.Status.ShouldBe(400, $"{name}: {reply}");
                if (name.StartsWith("y_", StringComparison.Ordinal)) reply.Text.ShouldNotContain("MALFORMED_JSON", customMessage: name);
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{cases.Count} JSON cases on 3 operations, no 5xx.");
    }

    [Fact]
    public async Task Naughty_strings_come_back_unchanged()
    {
        var tenant = await api.TenantAsync();
        List<string> strings = ["  spaces  ", "Ω≈ç√∫", "田中さんにあげて下さい", "'; drop table leads;--", "\u202Etest", "🐵 🙈", "%s%d\\", "\t\u0001\u001f\u007f", "<script>alert(1)</script>"];
        if (SharedData.Find("badinput/blns.json") is { } file) strings.AddRange(JsonSerializer.Deserialize<string[]>(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!);
        var operations = strings.Select((text, i) => new { op = "create", data = new { name = text.Length == 0 ? "empty" : text, notes = text, tags = new[] { text[..Math.Min(text.Length, 20)] } } }).ToList();
        var reply = await tenant.PostAsync("/leads/batch", new { operations });
        reply.ShouldBe(200);
        for (var i = 0; i < strings.Count; i++)
        {
            var item = reply.Items[i]!;
            if (strings[i].Length > 20 && char.IsHighSurrogate(strings[i][19])) continue; // The cut tag is no Unicode text: refused, rightly.
            ((int)item["status"]!).ShouldBe(201, item.ToJsonString());
            ((string?)item["data"]!["notes"]).ShouldBe(strings[i]);
            ((string?)(await tenant.GetAsync($"/leads/{item["id"]}")).Data["notes"]).ShouldBe(strings[i]);
        }
        foreach (var text in strings.Where(s => s.Trim().Length > 0 && s.Length <= 500))
        {
            (await tenant.GetAsync($"/leads?search={Uri.EscapeDataString(text)}")).Status.ShouldBe(200, text);
            var found = await tenant.GetAsync($"/leads?notes%5Bnull%5D=false");
            found.Status.ShouldBe(400);
            (await tenant.GetAsync($"/leads?name%5Bcontains%5D={Uri.EscapeDataString(text)}&take=200")).ShouldBe(200).Items.ShouldNotBeEmpty(text);
            (await tenant.GetAsync($"/leads?name={Uri.EscapeDataString(text)}")).ShouldBe(200).Items.ShouldNotBeEmpty(text);
        }
    }

    [Fact]
    public async Task Addresses_are_accepted_and_refused_as_the_vectors_say()
    {
        var tenant = await api.TenantAsync();
        List<(string Address, bool Valid)> cases = [("a@example.com", true), ("a.b+c@example.co.uk", true), ("a@", false), ("@example.com", false), ("a b@example.com", false), ("a@b@c.de", false)];
        if (SharedData.Find("badinput/isemail.xml") is { } file)
        {
            foreach (var test in System.Xml.Linq.XDocument.Load(file).Descendants("test"))
            {
                var category = test.Element("category")!.Value;
                var address = new string([.. (test.Element("address")?.Value ?? "").Select(c => c is >= '\u2400' and <= '\u2420' ? (char)(c - '\u2400') : c)]);
                if (category.Contains("VALID") || category.Contains("DNSWARN") || category.Contains("RFC5321")) cases.Add((address, true));
                else cases.Add((address, false));
            }
        }
        foreach (var chunk in cases.Chunk(500))
        {
            var reply = await tenant.PostAsync("/leads/batch", new { operations = chunk.Select(c => new { op = "create", data = new { name = "x", email = c.Address } }) });
            reply.ShouldBe(200);
            for (var i = 0; i < chunk.Length; i++)
                ((int)reply.Items[i]!["status"]!).ShouldBe(chunk[i].Valid ? 201 : 400, $"{JsonSerializer.Serialize(chunk[i].Address)}: {reply.Items[i]}");
        }
    }

    [Fact]
    public async Task Ids_dates_and_instants_of_any_shape_are_no_server_error()
    {
        var tenant = await api.TenantAsync();
        List<string> texts = ["not-a-uuid", "00000000-0000-0000-0000-000000000000", "2026-02-30", "2026-01-01T00:00:00Z", "0001-01-01", "9999-12-31T23:59:59.9999999Z", "-infinity", "infinity", "1e400", "NaN", "%", "..", "a b", "1 or 1=1"];
        foreach (var name in (string[])["uuid", "date", "date-time"])
            if (SharedData.Find($"badinput/{name}.json") is { } file)
                texts.AddRange(JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!.AsArray().SelectMany(g => g!["tests"]!.AsArray()).Select(t => t!["data"]).OfType<JsonValue>().Where(v => v.GetValueKind() == JsonValueKind.String).Select(v => v.GetValue<string>()));
        foreach (var text in texts.Distinct())
        {
            var escaped = Uri.EscapeDataString(text);
            // A NUL in the path is refused by the HTTP server itself; dots are resolved before anybody sees them.
            if (text.Length > 0 && text is not (".." or ".")) (await tenant.GetAsync($"/leads/{escaped}")).Status.ShouldBe(text.Contains('\0') ? 400 : 404, escaped);
            (await tenant.GetAsync($"/leads?createdAt%5Blt%5D={escaped}")).Status.ShouldBeOneOf(200, 400);
            (await tenant.GetAsync($"/leads?ownerId={escaped}")).Status.ShouldBeOneOf(200, 400);
            (await tenant.GetAsync($"/leads?value%5Bgte%5D={escaped}")).Status.ShouldBeOneOf(200, 400);
            (await tenant.GetAsync($"/leads?cursor={escaped}")).Status.ShouldBe(400, text);
            (await tenant.PostAsync("/leads", new { name = "x", ownerId = text })).Status.ShouldBeOneOf(201, 400, 422);
        }
    }

    [Fact]
    public async Task Wrong_types_in_every_member_are_refused_by_name()
    {
        var tenant = await api.TenantAsync();
        var members = (await tenant.GetAsync($"/leads/{await tenant.LeadAsync()}")).Data.AsObject().Select(m => m.Key);
        string[] values = ["7", "-1e400", "true", "\"\"", "\"x\"", "[]", "[[1]]", "{}", "{\"a\":{}}", "99999999999999999999", "\"\\uD800\"", "[\"\\u0000\"]"];
        foreach (var member in members)
        {
            foreach (var value in values)
            {
                var reply = await tenant.RawAsync("POST", "/leads", Encoding.UTF8.GetBytes($"{{\"name\":\"n\",\"{member}\":{value}}}"));
                reply.Status.ShouldBeOneOf(201, 400, 422);
                if (reply.Status == 400) (reply.Errors.Any(e => e.Key.StartsWith(member, StringComparison.Ordinal))).ShouldBeTrue($"{member}={value}: {reply}");
            }
        }
    }

    [Fact]
    public async Task What_is_too_large_is_413_and_what_is_too_deep_400()
    {
        var tenant = await api.TenantAsync();
        (await tenant.RawAsync("POST", "/leads", Encoding.ASCII.GetBytes($"{{\"name\":\"{new string('a', 1 << 20)}\"}}"))).ShouldFail(413, "PAYLOAD_TOO_LARGE");
        (await tenant.RawAsync("POST", "/leads", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 500)) + "1" + new string('}', 500)))).ShouldFail(400, "MALFORMED_JSON");
        (await tenant.PostAsync("/leads", new { name = new string('n', 301) })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("name").ShouldBeTrue();
        (await tenant.PostAsync("/leads", new { name = string.Concat(Enumerable.Repeat("🐵", 300)) })).ShouldBe(201);
        (await tenant.PostAsync("/leads", new { name = "x", notes = new string('n', 20_001) })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync("/leads", new { name = "x", tags = Enumerable.Range(0, 101).Select(i => $"t{i}") })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync("/leads/batch", new { operations = Enumerable.Range(0, 1_001).Select(_ => new { op = "create" }) })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync("/leads", new { name = "x", value = new { amount = 10_000_000_000_000m, currency = "EUR" } })).ShouldFail(400, "VALIDATION_FAILED");
    }

    [Fact]
    public async Task A_member_given_twice_is_refused()
    {
        var tenant = await api.TenantAsync();
        (await tenant.RawAsync("POST", "/leads", "{\"name\":\"a\",\"name\":\"b\"}"u8.ToArray())).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("name").ShouldBeTrue();
    }

    [Fact]
    public async Task Strange_headers_methods_and_queries_are_no_server_error()
    {
        var tenant = await api.TenantAsync();
        foreach (var method in (string[])["TRACE", "OPTIONS", "HEAD", "PROPFIND", "X"])
            (await tenant.SendAsync(method, "/leads", null)).Status.ShouldBeInRange(200, 499, method);
        foreach (var (name, value) in ((string, string)[])[("X-Request-Id", new string('x', 5_000)), ("If-Match", "garbage"), ("If-None-Match", ",,,\"\""), ("Idempotency-Key", new string('k', 300)), ("Accept", "text/html"), ("Accept", ";;;"), ("Accept-Language", "xx"), ("Range", "bytes=0-1"), ("X-Tenant-Id", "null"), ("Content-Encoding", "gzip")])
            (await tenant.PostAsync("/leads", new { name = "x" }, (name, value))).Status.ShouldBeInRange(200, 499, $"{name}: {value}");
        foreach (var query in (string[])["?", "?&&&", "?=", "?name", "?[]=1", "?name[=1", "?name]=1", "?take=1&take=2", "?sort=", "?fields=", "?expand=", "?sort=-", "?search=%00", "?name=%FF%FE", "?%FF=1", "?a[b[c]]=1", "?count=maybe", "?deleted=1", "?expand=nobody"])
            (await tenant.GetAsync("/leads" + query)).Status.ShouldBeOneOf(200, 400);
    }
}
