using System.Security.Cryptography;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace Crm.Api.Tests.Files;

/// <summary>Downloads: ranges, conditions, types (RFC 9110 §13, §14).</summary>
public sealed class DownloadTests(CrmApi api)
{
    [Theory]
    [InlineData("bytes=0-9", 0, 10)]
    [InlineData("bytes=999990-", 999_990, 10)]
    [InlineData("bytes=-5", 999_995, 5)]
    [InlineData("bytes=500000-599999", 500_000, 100_000)]
    [InlineData("bytes=999999-2000000", 999_999, 1)]
    public async Task A_range_is_206(string range, int from, int length)
    {
        var (tenant, id, content) = await FileAsync();
        var part = (await tenant.GetAsync($"/files/{id}/content", ("Range", range))).ShouldBe(206);
        part.Body.ShouldBe(content.AsSpan(from, length).ToArray());
        part.Header("Content-Range").ShouldBe($"bytes {from}-{from + length - 1}/1000000");
        part.Header("Repr-Digest").ShouldBe($"sha-256=:{Convert.ToBase64String(SHA256.HashData(content))}:");
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_416_and_what_is_no_range_is_ignored()
    {
        var (tenant, id, content) = await FileAsync();
        var beyond = (await tenant.GetAsync($"/files/{id}/content", ("Range", "bytes=1000000-"))).ShouldFail(416, "RANGE_NOT_SATISFIABLE");
        beyond.Header("Content-Range").ShouldBe("bytes */1000000");
        beyond.Headers.Keys.ShouldNotContain("Content-Disposition");
        foreach (var range in (string[])["bytes=9-0", "lines=1-2", "bytes=0-1,5-6", "nonsense"])
            (await tenant.GetAsync($"/files/{id}/content", ("Range", range))).ShouldBe(200).Body.Length.ShouldBe(content.Length);
    }

    [Fact]
    public async Task A_download_goes_on_where_it_stopped_only_if_the_content_is_the_same()
    {
        var (tenant, id, content) = await FileAsync();
        var etag = (await tenant.GetAsync($"/files/{id}/content")).Header("ETag");
        (await tenant.GetAsync($"/files/{id}/content", ("Range", "bytes=10-19"), ("If-Range", etag))).ShouldBe(206).Body.ShouldBe(content[10..20]);
        (await tenant.GetAsync($"/files/{id}/content", ("Range", "bytes=10-19"), ("If-Range", "\"other\""))).ShouldBe(200).Body.ShouldBe(content);
        (await tenant.GetAsync($"/files/{id}/content", ("If-None-Match", etag))).ShouldBe(304).Body.ShouldBeEmpty();
        (await tenant.GetAsync($"/files/{id}/content", ("If-None-Match", "\"other\""))).ShouldBe(200);
        (await tenant.GetAsync($"/files/{id}/content", ("If-Match", "\"other\""))).ShouldFail(412, "PRECONDITION_FAILED");
        // What is said about the file is another thing than its content: the content's tag stays.
        (await tenant.PatchAsync($"/files/{id}", new { name = "other.bin" })).ShouldBe(200);
        (await tenant.GetAsync($"/files/{id}/content", ("If-None-Match", etag))).ShouldBe(304);
    }

    [Fact]
    public async Task Head_tells_everything_but_the_content()
    {
        var (tenant, id, _) = await FileAsync();
        var (head, get) = (await tenant.SendAsync("HEAD", $"/files/{id}/content", null), await tenant.GetAsync($"/files/{id}/content"));
        head.ShouldBe(200).Body.ShouldBeEmpty();
        foreach (var name in (string[])["Content-Type", "Content-Length", "ETag", "Content-Disposition", "Repr-Digest", "Accept-Ranges", "Last-Modified"])
            head.Header(name).ShouldBe(get.Header(name), name);
    }

    [Theory]
    [InlineData("*/*", 200, "text/plain")]
    [InlineData("text/*;q=0.5", 200, "text/plain")]
    [InlineData("application/octet-stream", 200, "application/octet-stream")]
    [InlineData("image/png, text/plain;q=0", 406, "")]
    [InlineData("application/json", 406, "")]
    public async Task Content_comes_as_what_it_is_or_as_bytes(string accept, int status, string type)
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.AttachAsync("leadId", await tenant.LeadAsync());
        var reply = (await tenant.GetAsync($"/files/{id}/content", ("Accept", accept))).ShouldBe(status);
        if (status == 200) reply.Header("Content-Type").ShouldBe(type);
        else reply.ShouldFail(406, "NOT_ACCEPTABLE");
    }

    [Fact]
    public async Task A_store_that_is_down_is_503_with_nothing_of_the_file_in_the_answer()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.AttachAsync("leadId", await tenant.LeadAsync());
        var store = Substitute.For<IFileStore>();
        store.OpenAsync(default, default, default, default).ReturnsForAnyArgs<Stream>(_ => throw new CrmException(ErrorKind.Unavailable, "UNAVAILABLE", "Down.") { RetryAfter = TimeSpan.FromSeconds(10) });
        await using var down = new ConfiguredApi(api, services => services.AddSingleton(store));
        var reply = (await down.Anonymous.As(tenant.Token).GetAsync($"/files/{id}/content")).ShouldFail(503, "UNAVAILABLE");
        reply.Header("Retry-After").ShouldBe("10");
        foreach (var name in (string[])["Content-Disposition", "ETag", "Repr-Digest", "Accept-Ranges"]) reply.Headers.Keys.ShouldNotContain(name);
        (await down.Anonymous.As(tenant.Token).SendAsync("HEAD", $"/files/{id}/content", null)).ShouldBe(200);
    }

    private async Task<(TenantClient Tenant, Guid Id, byte[] Content)> FileAsync()
    {
        var tenant = await api.TenantAsync();
        var content = RandomNumberGenerator.GetBytes(1_000_000);
        content[0] = 0; // no type of its own
        return (tenant, (await tenant.UploadAsync(content, "data.bin", [("leadId", (await tenant.LeadAsync()).ToString())])).ShouldBe(201).Id, content);
    }
}
