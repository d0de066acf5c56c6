using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Documents;

public sealed class DocumentTemplateTests(CrmApi api)
{
    [Fact]
    public async Task A_template_is_kept_with_its_defaults()
    {
        var tenant = await api.TenantAsync();
        var made = (await tenant.PostAsync("/document-templates", new { name = "Ours", type = "INVOICE", html = "<h1>{{number}}</h1>" })).ShouldBe(201);
        (made.Of("language"), made.Of("primaryColor"), made.Of("textColor"), made.Of("fontFamily")).ShouldBe(("en", "#1f4e79", "#222222", "DejaVu Sans"));
        made.Data["isDefault"]!.GetValue<bool>().ShouldBeFalse();
        (await tenant.GetAsync("/document-templates?type=INVOICE&language=en&search=ours")).ShouldBe(200).Items.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("html", "<p>{{#each lines}}</p>", "is not closed")]
    [InlineData("html", "<p>{{nothing.here}}</p>", "there is no variable nothing.here")]
    [InlineData("html", "<p>{{{customer.name}}}</p>", "always escaped")]
    [InlineData("html", "<p>{{> /etc/passwd}}</p>", "not allowed")]
    [InlineData("html", "<p>{{#lookup this}}{{/lookup}}</p>", "there is no block")]
    [InlineData("html", "<p>x</p><script>alert(1)</script>", "the element script is not allowed")]
    [InlineData("html", "<p onclick=\"alert(1)\">x</p>", "the attribute onclick is not allowed")]
    [InlineData("html", "<a href=\"java&#x73;cript:alert(1)\">x</a>", "a link leads to")]
    [InlineData("html", "<img src=\"http://tracker.example/x.png\">", "none comes from elsewhere")]
    [InlineData("html", "<iframe src=\"http://169.254.169.254/\"></iframe>", "the element iframe is not allowed")]
    [InlineData("html", "<form action=\"/\"><input name=\"x\"></form>", "the element form is not allowed")]
    [InlineData("header", "<svg><script>1</script></svg>", "the element svg is not allowed")]
    [InlineData("footer", "<p style=\"background: url(http://x.example)\">x</p>", "is not allowed")]
    [InlineData("css", "@import url(http://x.example/x.css);", "@import is not allowed")]
    [InlineData("css", "@font-face { src: url(x) }", "@font-face is not allowed")]
    [InlineData("css", "p { behavior: url(x) }", "the property behavior is not allowed")]
    [InlineData("css", "p::before { color: red }", "the selector")]
    [InlineData("subject", "{{#if}}x{{/if}}", "a variable is missing")]
    [InlineData("primaryColor", "red", "must be a colour")]
    [InlineData("fontFamily", "Comic Sans", "must be one of")]
    [InlineData("language", "de", "must be one of")]
    [InlineData("type", "NOVEL", "must be one of")]
    public async Task What_could_run_load_or_submit_anything_is_refused_and_said_where(string member, string value, string reason)
    {
        var tenant = await api.TenantAsync();
        var body = new JsonObject { ["name"] = "Bad", ["type"] = "INVOICE", ["html"] = "<p>x</p>" };
        body[member] = value;
        var refused = (await tenant.PostAsync("/document-templates", body)).ShouldFail(400, "VALIDATION_FAILED");
        refused.Errors.Select(e => e.Key).ShouldBe([member]);
        refused.Errors[member]!.ToJsonString().ShouldContain(reason);
        (await tenant.GetAsync("/document-templates")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_change_keeps_the_former_version_readable()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.DocumentTemplateAsync(html: "<p>One {{number}}</p>");
        (await tenant.PatchAsync($"/document-templates/{id}", new { html = "<p>Two {{number}}</p>", css = "p { color: red }" })).ShouldBe(200);
        (await tenant.PostAsync($"/document-templates/{id}/make-default", new { })).ShouldBe(200);
        var versions = (await tenant.GetAsync($"/document-templates/{id}/versions")).ShouldBe(200).Items;
        versions.Select(v => (v!["version"]!.GetValue<int>(), (string)v["html"]!, (string?)v["css"])).ShouldBe([(3, "<p>Two {{number}}</p>", "p { color: red }"), (2, "<p>Two {{number}}</p>", "p { color: red }"), (1, "<p>One {{number}}</p>", null)]);
        ((string)(await tenant.GetAsync($"/document-templates/{id}/versions?version=1")).ShouldBe(200).Items.ShouldHaveSingleItem()!["html"]!).ShouldBe("<p>One {{number}}</p>");
        var first = (await tenant.GetAsync($"/document-templates/{id}/versions?take=2")).ShouldBe(200);
        (await tenant.GetAsync($"/document-templates/{id}/versions?take=2&cursor={first.Meta!["nextCursor"]}")).Items.Count.ShouldBe(1);
        (await tenant.GetAsync($"/document-templates/{id}/versions?cursor=x")).ShouldFail(400, "INVALID_QUERY");
    }

    [Fact]
    public async Task There_is_one_default_for_each_type_and_language()
    {
        var tenant = await api.TenantAsync();
        var (first, second, bulgarian) = (await tenant.DocumentTemplateAsync(), await tenant.DocumentTemplateAsync(), await tenant.DocumentTemplateAsync(language: "bg"));
        foreach (var id in (Guid[])[first, bulgarian]) (await tenant.PostAsync($"/document-templates/{id}/make-default", new { })).ShouldBe(200).Data["isDefault"]!.GetValue<bool>().ShouldBeTrue();
        (await tenant.PostAsync($"/document-templates/{first}/make-default", new { })).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync($"/document-templates/{second}/make-default", new { })).ShouldBe(200);
        (await DefaultsAsync(tenant)).ShouldBe([second, bulgarian], ignoreOrder: true);
        (await tenant.PatchAsync($"/document-templates/{second}", new { type = "ORDER" })).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/document-templates/{first}", new { type = "ORDER" })).ShouldBe(200);
        // Without it the built-in one is used again; it comes back as the default unless there is another.
        (await tenant.DeleteAsync($"/document-templates/{second}")).ShouldBe(204);
        (await DefaultsAsync(tenant)).ShouldBe([bulgarian]);
        var third = await tenant.DocumentTemplateAsync();
        (await tenant.PostAsync($"/document-templates/{third}/make-default", new { })).ShouldBe(200);
        (await tenant.PostAsync($"/document-templates/{second}/restore")).ShouldFail(409, "DUPLICATE");
        (await DefaultsAsync(tenant)).ShouldBe([third, bulgarian], ignoreOrder: true);
    }

    [Fact]
    public async Task Of_sixteen_that_become_the_default_at_once_one_is()
    {
        var tenant = await api.TenantAsync();
        var ids = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => tenant.DocumentTemplateAsync()));
        var replies = await Task.WhenAll(ids.Select(id => tenant.PostAsync($"/document-templates/{id}/make-default", new { })));
        replies.Select(r => r.Status).ShouldAllBe(status => status == 200);
        (await DefaultsAsync(tenant)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Who_reads_templates_need_not_be_allowed_to_change_them()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.DocumentTemplateAsync();
        var (user, _) = await tenant.MemberAsync("USER");
        (await user.GetAsync($"/document-templates/{id}")).ShouldBe(200);
        (await user.PostAsync($"/document-templates/{id}/preview", new { })).ShouldBe(200);
        (await user.PostAsync($"/document-templates/{id}/make-default", new { })).ShouldFail(403, "FORBIDDEN");
        (await user.PatchAsync($"/document-templates/{id}", new { name = "x" })).ShouldFail(403, "FORBIDDEN");
        (await user.DeleteAsync($"/document-templates/{id}")).ShouldFail(403, "FORBIDDEN");
    }

    [Fact]
    public async Task Another_tenant_finds_nothing()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var id = await mine.DocumentTemplateAsync();
        (await other.GetAsync($"/document-templates/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.GetAsync($"/document-templates/{id}/versions")).ShouldFail(404, "NOT_FOUND");
        (await other.PostAsync($"/document-templates/{id}/preview", new { })).ShouldFail(404, "NOT_FOUND");
        (await other.PostAsync($"/document-templates/{id}/make-default", new { })).ShouldFail(404, "NOT_FOUND");
        var logo = (await mine.UploadAsync(DocumentIntents.Png(10, 10), "logo.png", [("documentTemplateId", id.ToString())])).ShouldBe(201).Id;
        (await other.PostAsync("/document-templates", new { name = "x", type = "LETTER", html = "<p>x</p>", logoFileId = logo })).ShouldFail(422, "UNPROCESSABLE");
        (await other.PreviewAsync("<img src=\"crm:logo\">", more: new { logoFileId = logo })).ShouldBe(200).Text.ShouldNotContain("<img");
    }

    private static async Task<Guid[]> DefaultsAsync(ApiClient tenant) =>
        [.. (await tenant.GetAsync("/document-templates?isDefault=true")).ShouldBe(200).Items.Select(t => Guid.Parse((string)t!["id"]!))];
}
