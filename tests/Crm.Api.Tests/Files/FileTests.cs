using System.Security.Cryptography;
using System.Text;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Files;

/// <summary>Files: attached, described, found, downloaded.</summary>
public sealed class FileTests(CrmApi api)
{
    [Fact]
    public async Task An_upload_is_described_by_its_bytes_and_comes_back_as_it_went()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync();
        byte[] content = [.. "%PDF-1.7\n"u8, .. RandomNumberGenerator.GetBytes(200_000)];
        var made = (await tenant.UploadAsync(content, "Offer.pdf", [("leadId", lead.ToString()), ("description", "Signed"), ("tags", "offer"), ("tags", "2026"), ("externalId", "F-1")], "image/png")).ShouldBe(201);
        made.Header("Location").ShouldBe($"/api/v1/files/{made.Id}");
        made.Header("ETag").ShouldBe("\"1\"");
        (made.Of("name"), made.Of("contentType"), (int)made.Data["size"]!, made.Of("description"), made.IdOf("leadId")).ShouldBe(("Offer.pdf", "application/pdf", content.Length, "Signed", lead));
        made.Of("checksum").ShouldBe(Convert.ToHexStringLower(SHA256.HashData(content)));
        made.Data["tags"]!.ToJsonString().ShouldBe("""["offer","2026"]""");
        (await tenant.GetAsync($"/files/{made.Id}")).ShouldBe(200).Body.ShouldBe(made.Body);
        var back = (await tenant.GetAsync($"/files/{made.Id}/content")).ShouldBe(200);
        back.Body.ShouldBe(content);
        back.Header("Content-Type").ShouldBe("application/pdf");
        back.Header("Content-Length").ShouldBe(content.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        back.Header("ETag").ShouldBe($"\"{made.Of("checksum")}\"");
        back.Header("Repr-Digest").ShouldBe($"sha-256=:{Convert.ToBase64String(SHA256.HashData(content))}:");
        back.Header("Content-Disposition").ShouldStartWith("attachment; filename=Offer.pdf");
        await api.ShouldHaveStoredAsync(tenant, made.Id);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><script>alert(1)</script>", "page.html", "text/html")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "drawing.png", "image/svg+xml")]
    [InlineData("#!/bin/sh\nrm -rf /", "run.txt", "text/x-shellscript")]
    public async Task What_a_browser_would_run_is_served_as_bytes_in_a_sandbox(string text, string name, string type)
    {
        var tenant = await api.TenantAsync();
        var made = (await tenant.UploadAsync(Encoding.UTF8.GetBytes(text), name, [("leadId", (await tenant.LeadAsync()).ToString())], "text/plain")).ShouldBe(201);
        made.Of("contentType").ShouldBe(type);
        var served = (await tenant.GetAsync($"/files/{made.Id}/content")).ShouldBe(200);
        served.Header("Content-Type").ShouldBe("application/octet-stream");
        served.Header("Content-Disposition").ShouldStartWith("attachment");
        served.Header("X-Content-Type-Options").ShouldBe("nosniff");
        served.Header("Content-Security-Policy").ShouldContain("sandbox");
        served.Header("Cache-Control").ShouldContain("no-store");
    }

    [Theory]
    [InlineData("Оферта № 7 – 最終.pdf")]
    [InlineData("👩‍💻 e\u0301 ü.txt")]
    [InlineData("../../../etc/passwd")]
    [InlineData("..\\..\\windows\\win.ini")]
    [InlineData("a\r\nSet-Cookie: x=1\r\n\r\n<html>")]
    [InlineData("quote\"; filename=\"evil.exe")]
    [InlineData("percent%2F%0D%0A.txt")]
    [InlineData("   ")]
    public async Task A_name_is_kept_as_sent_and_harms_no_header(string name)
    {
        var tenant = await api.TenantAsync();
        var made = (await tenant.UploadAsync("x"u8.ToArray(), "sent-as.txt", [("leadId", (await tenant.LeadAsync()).ToString()), ("name", name)])).ShouldBe(201);
        made.Of("name").ShouldBe(name);
        var served = (await tenant.GetAsync($"/files/{made.Id}/content")).ShouldBe(200);
        served.Headers.Keys.ShouldNotContain("Set-Cookie");
        var disposition = Microsoft.Net.Http.Headers.ContentDispositionHeaderValue.Parse(served.Header("Content-Disposition"));
        disposition.DispositionType.ShouldBe("attachment");
        var decoded = disposition.FileNameStar.ToString();
        decoded.ShouldBe(string.Concat(name.Select(c => char.IsControl(c) || c is '/' or '\\' or '"' ? '_' : c)));
        disposition.Parameters.Count.ShouldBe(2);
        await api.ShouldHaveStoredAsync(tenant, made.Id);
    }

    [Fact]
    public async Task The_name_of_the_part_is_the_default_in_any_script()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync();
        foreach (var (header, name) in new[] { ("filename=\"Договор.txt\"", "Договор.txt"), ("filename=\"x.txt\"; filename*=UTF-8''%C3%BCber.txt", "über.txt"), ("filename=plain.txt", "plain.txt"), ("filename=\"say \\\"hi\\\".txt\"", "say \"hi\".txt") })
        {
            var form = Encoding.UTF8.GetBytes($"--b\r\nContent-Disposition: form-data; name=\"file\"; {header}\r\n\r\nhello\r\n--b\r\nContent-Disposition: form-data; name=\"leadId\"\r\n\r\n{lead}\r\n--b--\r\n");
            (await tenant.RawAsync("POST", "/files", form, "multipart/form-data; boundary=b")).ShouldBe(201).Of("name").ShouldBe(name);
        }
    }

    [Fact]
    public async Task Files_are_listed_filtered_sorted_searched_and_expanded_like_any_record()
    {
        var tenant = await api.TenantAsync();
        var (lead, product) = (await tenant.LeadAsync("Ada"), await tenant.ProductAsync());
        await tenant.AttachAsync("leadId", lead, "Offer March.txt", "one");
        await tenant.AttachAsync("leadId", lead, "Contract.txt", "longer text");
        (await tenant.UploadAsync([0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0], "Logo.png", [("productId", product.ToString())])).ShouldBe(201);
        (await tenant.GetAsync($"/files?leadId={lead}&sort=name")).Names().ShouldBe(["Contract.txt", "Offer March.txt"]);
        (await tenant.GetAsync("/files?contentType=image/png")).Names().ShouldBe(["Logo.png"]);
        (await tenant.GetAsync("/files?size[gte]=10&sort=-size")).Names().ShouldBe(["Contract.txt", "Logo.png"]);
        (await tenant.GetAsync("/files?search=march")).Names().ShouldBe(["Offer March.txt"]);
        (await tenant.GetAsync("/files?name[contains]=CONTR")).Names().ShouldBe(["Contract.txt"]);
        ((string?)(await tenant.GetAsync($"/files?leadId={lead}&take=1&expand=lead")).Items[0]!["lead"]!["name"]).ShouldBe("Ada");
        (await tenant.PostAsync("/files/query", new { filter = new { field = "productId", op = "eq", value = product } })).Names().ShouldBe(["Logo.png"]);
        (await tenant.GetAsync($"/leads/{lead}/timeline")).Items.Where(e => (string?)e!["kind"] == "FILE").Select(e => (string?)e!["title"]).ShouldBe(["Contract.txt", "Offer March.txt"]);
        (await tenant.GetAsync("/meta/files")).ShouldBe(200);
    }

    [Fact]
    public async Task What_is_stated_about_a_file_can_be_changed_and_its_content_cannot()
    {
        var tenant = await api.TenantAsync();
        var (lead, customer) = (await tenant.LeadAsync(), await tenant.CustomerAsync());
        var id = await tenant.AttachAsync("leadId", lead);
        var changed = (await tenant.PatchAsync($"/files/{id}", new { name = "renamed.txt", tags = new[] { "kept" }, leadId = (Guid?)null, customerId = customer })).ShouldBe(200);
        (changed.Of("name"), changed.IdOf("leadId"), changed.IdOf("customerId"), (int)changed.Data["version"]!).ShouldBe(("renamed.txt", null, customer, 2));
        (await tenant.PatchAsync($"/files/{id}", new { name = "renamed.txt" }, ("If-Match", "\"1\""))).ShouldFail(412, "PRECONDITION_FAILED");
        (await tenant.PatchAsync($"/files/{id}", new { size = 7 })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("size").ShouldBeTrue();
        (await tenant.PatchAsync($"/files/{id}", new { customerId = (Guid?)null })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PatchAsync($"/files/{id}", new { leadId = lead })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PatchAsync($"/files/{id}", new { name = "a\0b" })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.GetAsync($"/files/{id}/history")).Items.Select(h => (string?)h!["events"]![0]).ShouldBe(["file.updated", "file.created"]);
        var batch = await tenant.PostAsync("/files/batch", new { operations = new object[] { new { op = "update", id, data = new { description = "d" } }, new { op = "create", data = new { name = "x", customerId = customer } }, new { op = "delete", id } } });
        batch.ShouldBe(200).Items.Select(i => (int)i!["status"]!).ShouldBe([200, 400, 204]);
    }

    [Fact]
    public async Task Another_tenant_finds_nothing_and_attaches_to_nothing()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var lead = await mine.LeadAsync();
        var id = await mine.AttachAsync("leadId", lead);
        foreach (var path in (string[])[$"/files/{id}", $"/files/{id}/content", $"/files/{id}/history"]) (await other.GetAsync(path)).ShouldFail(404, "NOT_FOUND");
        (await other.DeleteAsync($"/files/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.GetAsync("/files")).Items.ShouldBeEmpty();
        (await other.UploadAsync("x"u8.ToArray(), "x", [("leadId", lead.ToString())])).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("leadId").ShouldBeTrue();
        await api.ShouldHaveStoredAsync(other);
    }
}
