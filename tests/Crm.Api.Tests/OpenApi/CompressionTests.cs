using System.Buffers;
using System.IO.Compression;
using System.Text;
using Crm.Api.Http;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Microsoft.AspNetCore.Http;

namespace Crm.Api.Tests.OpenApi;

public sealed class CompressionTests(CrmApi api)
{
    [Theory]
    [InlineData("", null)]
    [InlineData("gzip", "gzip")]
    [InlineData("X-GZip", "gzip")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("br;q=0.5, gzip", "gzip")]
    [InlineData("*", "br")]
    [InlineData("*;q=0.1, br;q=0", "gzip")]
    [InlineData("br;q=0, gzip;q=0", null)]
    [InlineData("identity, gzip;q=0.5", null)]
    [InlineData("identity;q=0, gzip", "gzip")]
    [InlineData("deflate, compress", null)]
    [InlineData(";;;", null)]
    public void The_caller_chooses_the_coding(string accepted, string? coding) => ContentCoding.Chosen(accepted).ShouldBe(coding);

    [Fact]
    public async Task A_list_comes_in_the_coding_asked_for_and_says_so()
    {
        var tenant = await api.TenantAsync();
        for (var i = 0; i < 5; i++) await tenant.LeadAsync($"Ada Byron {i}");
        var plain = (await tenant.GetAsync("/leads")).ShouldBe(200);
        plain.Header("Content-Encoding").ShouldBeEmpty();
        plain.Header("Vary").ShouldBe("Accept-Encoding");
        foreach (var coding in new[] { "gzip", "br" })
        {
            var packed = (await tenant.GetAsync("/leads", ("Accept-Encoding", coding))).ShouldBe(200);
            packed.Header("Content-Encoding").ShouldBe(coding);
            packed.Header("Vary").ShouldBe("Accept-Encoding");
            packed.Header("Content-Length").ShouldBe(packed.Body.Length.ToString());
            packed.Body.Length.ShouldBeLessThan(plain.Body.Length / 3);
            Unpacked(packed).Text.ShouldBe(plain.Text);
        }
        (await tenant.GetAsync("/leads?take=1&fields=id", ("Accept-Encoding", "gzip"))).Header("Content-Encoding").ShouldBeEmpty();
        (await tenant.GetAsync("/leads?sort=" + new string('x', 4_000), ("Accept-Encoding", "gzip"))).ShouldFail(400, "INVALID_QUERY").Header("Content-Encoding").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_record_is_never_compressed_so_that_its_ETag_stays_strong()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.LeadAsync(more: new { notes = new string('n', 10_000) });
        var record = (await tenant.GetAsync($"/leads/{id}", ("Accept-Encoding", "br"))).ShouldBe(200);
        record.Header("Content-Encoding").ShouldBeEmpty();
        record.Header("Vary").ShouldBeEmpty();
        record.Header("ETag").ShouldBe("\"1\"");
        (await tenant.GetAsync($"/leads/{id}", ("Accept-Encoding", "br"), ("If-None-Match", "\"1\""))).ShouldBe(304).Header("Content-Encoding").ShouldBeEmpty();
        (await tenant.PatchAsync($"/leads/{id}", new { company = "X" }, ("Accept-Encoding", "br"), ("If-Match", "\"1\""))).ShouldBe(200).Header("ETag").ShouldBe("\"2\"");
    }

    [Fact]
    public async Task The_stored_answer_of_a_key_is_replayed_in_any_coding()
    {
        var tenant = await api.TenantAsync();
        var batch = new { operations = Enumerable.Range(0, 5).Select(i => new { op = "create", data = new { name = $"Lead {i}" } }) };
        var first = (await tenant.PostAsync("/leads/batch", batch, ("Idempotency-Key", "once"))).ShouldBe(200);
        var again = (await tenant.PostAsync("/leads/batch", batch, ("Idempotency-Key", "once"), ("Accept-Encoding", "br"))).ShouldBe(200);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        again.Header("Content-Encoding").ShouldBe("br");
        Unpacked(again).Text.ShouldBe(first.Text);
    }

    [Fact]
    public async Task Every_operation_answers_as_described_when_compressed_and_no_secret_is()
    {
        var contract = await Contract.OfAsync(api);
        var common = await api.TenantAsync();
        var (wrong, packed) = (new List<string>(), 0);
        foreach (var operation in contract.Operations)
        {
            var tenant = operation.Path.Contains("/auth/", StringComparison.Ordinal) ? await api.TenantAsync() : common;
            var reply = await new Scene(contract, tenant).CallAsync(operation, headers: [("Accept-Encoding", "gzip")]);
            if (reply.Header("Content-Encoding").Length > 0)
            {
                packed++;
                if (reply.Header("ETag").Length > 0) wrong.Add($"{operation.Id}: one ETag for two representations");
                if (operation.Path.Contains("/auth/", StringComparison.Ordinal) || operation.Path.Contains("/api-keys", StringComparison.Ordinal)) wrong.Add($"{operation.Id}: a secret is compressed");
                if (!reply.Header("Vary").Contains("Accept-Encoding", StringComparison.Ordinal)) wrong.Add($"{operation.Id}: no Vary");
            }
            wrong.AddRange(operation.Check(Unpacked(reply)));
        }
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
        packed.ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task Each_coding_of_the_document_has_an_ETag_of_its_own()
    {
        var tags = new List<string>();
        foreach (var coding in new[] { "identity", "gzip", "br" })
        {
            var document = (await api.Anonymous.GetAsync("/openapi/v1.json", ("Accept-Encoding", coding))).ShouldBe(200);
            document.Header("Content-Encoding").ShouldBe(coding == "identity" ? "" : coding);
            Unpacked(document).Json["openapi"].ShouldNotBeNull();
            tags.Add(document.Header("ETag"));
            (await api.Anonymous.GetAsync("/openapi/v1.json", ("Accept-Encoding", coding), ("If-None-Match", document.Header("ETag")))).ShouldBe(304).Body.ShouldBeEmpty();
        }
        tags.ShouldBeUnique();
    }

    [Fact]
    public async Task It_can_be_switched_off()
    {
        var tenant = await api.TenantAsync();
        for (var i = 0; i < 3; i++) await tenant.LeadAsync($"Ada Byron {i}");
        await using var plain = new ConfiguredApi(api, ("Compression:Enabled", "false"));
        var reply = (await plain.Anonymous.As(tenant.Token).GetAsync("/leads", ("Accept-Encoding", "gzip"))).ShouldBe(200);
        reply.Header("Content-Encoding").ShouldBeEmpty();
        reply.Header("Vary").ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_body_may_come_compressed_within_the_same_limit()
    {
        var contract = await Contract.OfAsync(api);
        var common = await api.TenantAsync();
        var wrong = new List<string>();
        foreach (var operation in contract.Operations.Where(o => o.TakesJson))
        {
            var tenant = operation.Path.Contains("/auth/", StringComparison.Ordinal) ? await api.TenantAsync() : common;
            var scene = new Scene(contract, tenant);
            var example = await scene.BodyAsync(operation) ?? new System.Text.Json.Nodes.JsonObject();
            var (path, body) = (await scene.PathAsync(operation), Encoding.UTF8.GetBytes(example.ToJsonString()));
            var limit = operation.Path.EndsWith("/batch", StringComparison.Ordinal) ? 16 << 20 : 1 << 20;
            async Task Expect(byte[] content, string coding, params int[] statuses)
            {
                var reply = await operation.By(tenant).RawAsync(operation.Method, path, content, "application/json", ("Content-Encoding", coding));
                if (!statuses.Contains(reply.Status)) wrong.Add($"{reply.Request} {coding} -> {reply.Status} {reply.Text}");
                if (reply.Status == 415 && reply.Header("Accept-Encoding") != "br, gzip") wrong.Add($"{reply.Request}: 415 does not say what is taken");
                wrong.AddRange(operation.Check(reply));
            }
            var plain = await operation.By(tenant).RawAsync(operation.Method, path, body);
            // A second time it may be a duplicate, or done already; unreadable it never is.
            await Expect(Gzip(body), "gzip", plain.Status, 200, 201, 401, 409);
            await Expect(Brotli(body), "br", plain.Status, 200, 201, 401, 409);
            await Expect(body, "identity", plain.Status, 200, 201, 401, 409);
            await Expect(Gzip(new byte[limit + 1]), "gzip", 413);
            await Expect(Brotli(new byte[limit + 1]), "br", 413);
            await Expect(body, "zstd", 415);
            await Expect(Gzip(Gzip(body)), "gzip, gzip", 415);
            await Expect(body, "gzip", 400);
            await Expect(body, "br", 400);
        }
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    [Fact]
    public async Task A_retry_may_come_in_another_coding()
    {
        var tenant = await api.TenantAsync();
        var body = "{\"name\":\"Ada\"}"u8.ToArray();
        var first = (await tenant.RawAsync("POST", "/leads", body, "application/json", ("Idempotency-Key", "k"))).ShouldBe(201);
        var again = await tenant.RawAsync("POST", "/leads", Gzip(body), "application/json", ("Idempotency-Key", "k"), ("Content-Encoding", "gzip"));
        again.ShouldBe(201).Header("Idempotent-Replayed").ShouldBe("true");
        again.Text.ShouldBe(first.Text);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_bomb_is_refused_after_its_first_bytes_in_bounded_memory(string coding)
    {
        var bomb = coding == "gzip" ? Gzip(new byte[256 << 20]) : Brotli(new byte[256 << 20]);
        var http = new DefaultHttpContext();
        var body = new MemoryStream(bomb);
        (http.Request.Body, http.Request.ContentLength, http.Request.ContentType, http.Request.Headers.ContentEncoding) = (body, bomb.Length, "application/json", coding);
        var route = new RouteList(Resources(), [new Api.Endpoints.LeadEndpoints()]).All.Single(r => r.OperationId == "createLead");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = await Should.ThrowAsync<Domain.Common.CrmException>(() => BodyReader.ReadAsync(http, route));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(6 << 20);
        refused.Code.ShouldBe("PAYLOAD_TOO_LARGE");
        if (coding == "gzip") body.Position.ShouldBeLessThan(bomb.Length / 10); // Brotli's is so small that it is read at once
    }

    private Application.Resources.ResourceCatalog Resources() => (Application.Resources.ResourceCatalog)api.Services.GetService(typeof(Application.Resources.ResourceCatalog))!;

    private static Reply Unpacked(Reply reply)
    {
        using var body = new MemoryStream(reply.Body);
        using Stream content = reply.Header("Content-Encoding") switch
        {
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var plain = new MemoryStream();
        content.CopyTo(plain);
        return reply with { Body = plain.ToArray() };
    }

    private static byte[] Gzip(ReadOnlySpan<byte> bytes) => ContentCoding.Encode("gzip", bytes).ToArray();

    private static byte[] Brotli(ReadOnlySpan<byte> bytes) => ContentCoding.Encode("br", bytes).ToArray();
}
