using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;

namespace Crm.Api.Tests.Files;

/// <summary>What is refused, and that nothing of it stays.</summary>
public sealed class UploadRefusalTests(CrmApi api)
{
    private static readonly byte[] Hello = "Hello"u8.ToArray();

    [Fact]
    public async Task Everything_wrong_with_a_form_is_told_at_once_and_nothing_is_kept()
    {
        var tenant = await api.TenantAsync();
        var lead = (await tenant.LeadAsync()).ToString();
        await RefusedAsync(tenant.UploadAsync(Hello, "x", []), 400, "$");
        await RefusedAsync(tenant.UploadAsync(Hello, "x", [("leadId", lead), ("customerId", lead)]), 400, "leadId", "customerId");
        await RefusedAsync(tenant.UploadAsync(Hello, "x", [("leadId", lead), ("colour", "red"), ("size", "5")]), 400, "colour", "size");
        await RefusedAsync(tenant.UploadAsync(Hello, "x", [("leadId", "no-uuid"), ("name", "")]), 400, "leadId", "name");
        await RefusedAsync(tenant.UploadAsync(Hello, "x", [("leadId", lead), ("name", "a\0b")]), 400, "name");
        await RefusedAsync(tenant.UploadAsync(Hello, "x", [("leadId", lead), ("name", new string('x', 301))]), 400, "name");
        await RefusedAsync(tenant.UploadAsync(Hello, "x", [("leadId", lead), ("leadId", lead), ("description", new string('x', 20_001))]), 400, "leadId", "description");
        await RefusedAsync(tenant.UploadAsync([], "empty.txt", [("leadId", lead)]), 400, "file");
        await RefusedAsync(tenant.UploadAsync(Hello, "x", [("leadId", Guid.NewGuid().ToString())]), 422, "leadId");
        await RefusedAsync(tenant.PostAsync("/files", new MultipartFormDataContent { { new StringContent(lead), "leadId" }, { new StringContent("x"), "unknown" } }), 400, "file", "unknown");
        var two = FileIntents.Form(Hello, "one", [("leadId", lead)]);
        two.Add(new ByteArrayContent(Hello), "file", "two");
        await RefusedAsync(tenant.PostAsync("/files", two), 400, "file");
        var latin = FileIntents.Form(Hello, "one", [("leadId", lead)]);
        latin.Add(new ByteArrayContent([0xE9, 0xFF]), "description");
        await RefusedAsync(tenant.PostAsync("/files", latin), 400, "description");
        await api.ShouldHaveStoredAsync(tenant);
        (await tenant.GetAsync("/files?count=exact")).Items.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/form-data; boundary=other")]
    [InlineData("multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x")]
    public async Task A_wrong_boundary_is_400(string contentType)
    {
        var tenant = await api.TenantAsync();
        (await tenant.RawAsync("POST", "/files", Part("name=\"file\"; filename=\"x\""), contentType)).ShouldFail(400, "VALIDATION_FAILED");
        await api.ShouldHaveStoredAsync(tenant);
    }

    [Theory]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nhello")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nhello\r\n--b\r\n")]
    [InlineData("--b\r\nContent-Disposition: attachment; filename=\"x\"\r\n\r\nhello\r\n--b--\r\n")]
    [InlineData("--b\r\n\r\nhello\r\n--b--\r\n")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--b--\r\n")]
    [InlineData("no boundary at all")]
    [InlineData("")]
    public async Task A_broken_form_is_400(string body)
    {
        var tenant = await api.TenantAsync();
        (await tenant.RawAsync("POST", "/files", Encoding.UTF8.GetBytes(body), "multipart/form-data; boundary=b")).ShouldFail(400, "VALIDATION_FAILED");
        await api.ShouldHaveStoredAsync(tenant);
    }

    [Fact]
    public async Task More_headers_or_parts_than_any_form_has_are_400()
    {
        var tenant = await api.TenantAsync();
        var headers = string.Concat(Enumerable.Range(0, 40).Select(i => $"X-{i}: {new string('x', 1_000)}\r\n"));
        (await tenant.RawAsync("POST", "/files", Encoding.UTF8.GetBytes($"--b\r\n{headers}\r\nhello\r\n--b--\r\n"), "multipart/form-data; boundary=b")).ShouldFail(400, "VALIDATION_FAILED");
        var parts = string.Concat(Enumerable.Repeat("--b\r\nContent-Disposition: form-data; name=\"tags\"\r\n\r\nx\r\n", 300));
        (await tenant.RawAsync("POST", "/files", Encoding.UTF8.GetBytes($"{parts}--b--\r\n"), "multipart/form-data; boundary=b")).ShouldFail(400, "VALIDATION_FAILED");
    }

    [Fact]
    public async Task Other_bodies_are_415()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PostAsync("/files", new { name = "x" })).ShouldFail(415, "UNSUPPORTED_MEDIA_TYPE");
        (await tenant.RawAsync("POST", "/files", Hello, "application/pdf")).ShouldFail(415, "UNSUPPORTED_MEDIA_TYPE");
        (await tenant.RawAsync("POST", "/files", Part("name=\"file\""), "multipart/mixed; boundary=b")).ShouldFail(415, "UNSUPPORTED_MEDIA_TYPE");
        (await tenant.RawAsync("POST", "/files", Part("name=\"file\""), "multipart/form-data; boundary=b", ("Content-Encoding", "gzip"))).ShouldFail(415, "UNSUPPORTED_MEDIA_TYPE");
    }

    [Fact]
    public async Task A_program_is_not_taken_whatever_it_is_called_and_the_list_is_configured()
    {
        var tenant = await api.TenantAsync();
        var lead = (await tenant.LeadAsync()).ToString();
        byte[] program = [.. "MZ"u8, 0x90, 0, 3, 0, .. new byte[5_000]];
        (await tenant.UploadAsync(program, "holiday.jpg", [("leadId", lead)], "image/jpeg")).ShouldFail(415, "UNSUPPORTED_MEDIA_TYPE").Errors.ContainsKey("file").ShouldBeTrue();
        (await tenant.UploadAsync([0x7F, .. "ELF"u8, 2, 1, 1, 0], "x", [("leadId", lead)])).ShouldFail(415, "UNSUPPORTED_MEDIA_TYPE");
        await api.ShouldHaveStoredAsync(tenant);
        await using var images = new ConfiguredApi(api, ("Files:DeniedTypes", "none"), ("Files:AllowedTypes", "image/*, application/pdf"));
        var there = images.Anonymous.As(tenant.Token);
        (await there.UploadAsync(Hello, "x", [("leadId", lead)])).ShouldFail(415, "UNSUPPORTED_MEDIA_TYPE");
        (await there.UploadAsync([.. "GIF89a"u8, 1], "x", [("leadId", lead)])).ShouldBe(201);
    }

    [Fact]
    public async Task A_size_above_the_limit_is_413_told_before_or_found_on_the_way()
    {
        var tenant = await api.TenantAsync();
        var lead = (await tenant.LeadAsync()).ToString();
        (await tenant.UploadAsync(new byte[(26 << 20) + 1], "big.bin", [("leadId", lead)])).ShouldFail(413, "PAYLOAD_TOO_LARGE");
        await using var small = new ConfiguredApi(api, ("Files:MaxBytes", "100000"));
        var there = small.Anonymous.As(tenant.Token);
        (await there.UploadAsync(new byte[100_000], "just.bin", [("leadId", lead)])).ShouldBe(201);
        foreach (var size in (int[])[100_001, 900_000])
        {
            // Its length is not said: it is found out while it arrives.
            var form = FileIntents.Form(new byte[size], "more.bin", [("leadId", lead)]);
            (await there.PostAsync("/files", new Unsized(form))).ShouldFail(413, "PAYLOAD_TOO_LARGE");
        }
        (await there.UploadAsync(Hello, "x", [("leadId", lead), ("description", new string('x', 1 << 20))])).ShouldFail(413, "PAYLOAD_TOO_LARGE");
        (await tenant.GetAsync("/files")).Names().ShouldBe(["just.bin"]);
        api.Stored(tenant).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Content_that_arrives_changed_is_refused()
    {
        var tenant = await api.TenantAsync();
        var lead = (await tenant.LeadAsync()).ToString();
        var (right, wrong) = (SHA256.HashData(Hello), SHA256.HashData("other"u8));
        (await tenant.UploadAsync(Hello, "a", [("leadId", lead), ("checksum", Convert.ToHexString(right))])).ShouldBe(201);
        await RefusedAsync(tenant.UploadAsync(Hello, "a", [("leadId", lead), ("checksum", Convert.ToHexString(wrong))]), 400, "checksum");
        (await WithDigestAsync($"sha-256=:{Convert.ToBase64String(right)}:, md5=:AAAA:")).ShouldBe(201);
        (await WithDigestAsync($"sha-512=:{Convert.ToBase64String(SHA512.HashData(Hello))}:")).ShouldBe(201);
        foreach (var digest in new[] { $"sha-256=:{Convert.ToBase64String(wrong)}:", $"sha-512=:{Convert.ToBase64String(SHA512.HashData(wrong))}:", "sha-256=:AAAA:", "md5=:AAAA:", "sha-256=no", "" })
            (await WithDigestAsync(digest)).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("Content-Digest").ShouldBeTrue(digest);
        var body = Encoding.UTF8.GetBytes($"--b\r\nContent-Disposition: form-data; name=\"leadId\"\r\n\r\n{lead}\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"whole\"\r\n\r\nhello\r\n--b--\r\nwhat follows");
        (await tenant.RawAsync("POST", "/files", body, "multipart/form-data; boundary=b", ("Content-Digest", $"sha-256=:{Convert.ToBase64String(SHA256.HashData(body))}:"))).ShouldBe(201);
        (await tenant.RawAsync("POST", "/files", body, "multipart/form-data; boundary=b", ("Content-Digest", $"sha-256=:{Convert.ToBase64String(wrong)}:"))).ShouldFail(400, "VALIDATION_FAILED");
        await Eventually.Async(async () => await api.DraftsAsync(tenant) == 0, "content is still written down as a draft");
        api.Stored(tenant).Length.ShouldBe(4);

        Task<Reply> WithDigestAsync(string digest)
        {
            var form = FileIntents.Form(Hello, "a", [("leadId", lead)]);
            form.Last().Headers.TryAddWithoutValidation("Content-Digest", digest);
            return tenant.PostAsync("/files", form);
        }
    }

    [Fact]
    public async Task Nobody_without_credentials_or_permission_gets_to_send_a_byte_into_the_store()
    {
        var tenant = await api.TenantAsync();
        var product = (await tenant.ProductAsync()).ToString();
        (await api.Anonymous.UploadAsync(Hello, "x", [("productId", product)])).ShouldFail(401, "UNAUTHENTICATED");
        var (user, _) = await tenant.MemberAsync();
        (await user.UploadAsync(Hello, "x", [("productId", product)])).ShouldFail(403, "FORBIDDEN");
        var id = (await tenant.UploadAsync(Hello, "price.txt", [("productId", product)])).ShouldBe(201).Id;
        (await user.GetAsync($"/files/{id}/content")).ShouldBe(200).Body.ShouldBe(Hello);
        (await user.PatchAsync($"/files/{id}", new { name = "x" })).ShouldFail(403, "FORBIDDEN");
        (await user.DeleteAsync($"/files/{id}")).ShouldFail(403, "FORBIDDEN");
        await api.ShouldHaveStoredAsync(tenant, id);
    }

    private static async Task RefusedAsync(Task<Reply> sending, int status, params string[] members)
    {
        var reply = (await sending).ShouldBe(status);
        reply.Errors.Select(e => e.Key).Order().ShouldBe(members.Order(), reply.ToString());
    }

    private static byte[] Part(string disposition) => Encoding.UTF8.GetBytes($"--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\nhello\r\n--b--\r\n");

    /// <summary>The same content without a length of its own.</summary>
    private sealed class Unsized : HttpContent
    {
        private readonly HttpContent _content;

        public Unsized(HttpContent content)
        {
            _content = content;
            Headers.ContentType = MediaTypeHeaderValue.Parse(content.Headers.ContentType!.ToString());
        }

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => _content.CopyToAsync(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
