using System.Net;
using System.Security.Cryptography;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Infrastructure.Files;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Api.Tests.Files;

/// <summary>Files in a bucket of anything that speaks S3.</summary>
public sealed class S3Tests(CrmApi api)
{
    [Fact]
    public void The_test_server_signs_as_AWS_documents_it() =>
        // "GET Object" of the example signatures in the S3 API reference.
        SigV4.Sign("GET", "/test.txt", "", [("host", "examplebucket.s3.amazonaws.com"), ("range", "bytes=0-9"),
                ("x-amz-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), ("x-amz-date", "20130524T000000Z")],
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "20130524T000000Z", "us-east-1", S3Server.SecretKey)
            .ShouldBe("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");

    [Fact]
    public async Task A_file_goes_into_the_bucket_signed_and_comes_back_whole_and_in_ranges()
    {
        await using var s3 = await S3Server.StartAsync();
        await using var service = Service(s3);
        var tenant = await api.TenantAsync();
        var there = service.Anonymous.As(tenant.Token);
        var lead = (await tenant.LeadAsync()).ToString();
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        content[0] = 0;
        var id = (await there.UploadAsync(content, "Оферта.bin", [("leadId", lead)])).ShouldBe(201).Id;
        s3.Objects.Keys.ShouldBe([$"{tenant.Id:N}/{id:N}"]);
        (await there.GetAsync($"/files/{id}/content")).ShouldBe(200).Body.ShouldBe(content);
        (await there.GetAsync($"/files/{id}/content", ("Range", "bytes=1000-1999"))).ShouldBe(206).Body.ShouldBe(content[1000..2000]);
        s3.Ranges.ShouldBe(["bytes=0-2999999", "bytes=1000-1999"]);
        (await there.UploadAsync([], "empty", [("leadId", lead)])).ShouldFail(400, "VALIDATION_FAILED");
        (await there.UploadAsync("x"u8.ToArray(), "x", [("leadId", Guid.NewGuid().ToString())])).ShouldFail(422, "UNPROCESSABLE");
        await Eventually.Async(async () => await api.DraftsAsync(tenant) == 0, "content is still written down as a draft");
        s3.Objects.Count.ShouldBe(1);
        api.Stored(tenant).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_bucket_that_is_down_is_503_leaves_no_record_and_no_draft_and_works_again_afterwards()
    {
        await using var s3 = await S3Server.StartAsync();
        await using var service = Service(s3);
        var tenant = await api.TenantAsync();
        var there = service.Anonymous.As(tenant.Token);
        var lead = (await tenant.LeadAsync()).ToString();
        var id = (await there.UploadAsync("x"u8.ToArray(), "x", [("leadId", lead)])).ShouldBe(201).Id;
        foreach (var failure in (HttpStatusCode[])[HttpStatusCode.ServiceUnavailable, HttpStatusCode.Forbidden])
        {
            s3.Failure = failure;
            (await there.UploadAsync("y"u8.ToArray(), "y", [("leadId", lead)])).ShouldFail(503, "UNAVAILABLE").Header("Retry-After").ShouldNotBeEmpty();
            (await there.GetAsync($"/files/{id}/content")).ShouldFail(503, "UNAVAILABLE");
        }
        s3.Failure = null;
        (await tenant.GetAsync("/files")).Items.Count.ShouldBe(1);
        (await there.GetAsync($"/files/{id}/content")).ShouldBe(200);
        s3.Objects.Count.ShouldBe(1);
        s3.Objects.Clear();
        (await there.GetAsync($"/files/{id}/content")).ShouldFail(503, "UNAVAILABLE");
    }

    [Theory]
    [InlineData("Files:Store", "Tape")]
    [InlineData("Files:S3:Bucket", "")]
    [InlineData("Files:S3:SecretKey", "")]
    [InlineData("Files:S3:Endpoint", "not an address")]
    [InlineData("Files:MaxBytes", "0")]
    public void What_is_missing_or_wrong_is_told_at_the_start(string setting, string value)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Files:Store"] = "S3", ["Files:S3:Endpoint"] = "http://127.0.0.1:1", ["Files:S3:Bucket"] = "b", ["Files:S3:AccessKey"] = "a", ["Files:S3:SecretKey"] = "s",
        };
        FileSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).S3.ShouldNotBeNull().PathStyle.ShouldBeTrue();
        settings[setting] = value;
        Should.Throw<StartupException>(() => FileSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())).Message.ShouldContain(setting.Replace(":", "__"));
    }

    private ConfiguredApi Service(S3Server s3) => new(api, s3.Settings);
}
