using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Documents;

public sealed class DocumentPreviewTests(CrmApi api)
{
    [Theory]
    [InlineData("OFFER", "Offer")]
    [InlineData("ORDER", "Order")]
    [InlineData("INVOICE", "Invoice")]
    [InlineData("REMINDER", "Payment reminder")]
    [InlineData("LETTER", "Kind regards")]
    [InlineData("EMAIL", "Kind regards")]
    public async Task There_is_a_built_in_template_of_every_type_in_both_languages(string type, string words)
    {
        var tenant = await api.TenantAsync();
        foreach (var language in (string[])["en", "bg"])
        {
            var builtIn = (await tenant.GetAsync($"/document-templates/built-in?type={type}&language={language}")).ShouldBe(200).Data;
            var kept = builtIn.DeepClone().AsObject();
            var id = (await tenant.PostAsync("/document-templates", kept)).ShouldBe(201).Id;
            var page = (await tenant.PostAsync($"/document-templates/{id}/preview", new { })).ShouldBe(200);
            page.Text.ShouldContain(language == "en" ? words : type is "LETTER" or "EMAIL" ? "С уважение" : "Бабидж и синове АД");
            page.Text.ShouldNotContain("{{");
        }
    }

    [Fact]
    public async Task A_page_runs_and_loads_nothing()
    {
        var tenant = await api.TenantAsync();
        var reply = (await tenant.PreviewAsync("<p onclick=x>{{customer.name}}</p><script>alert('gone')</script><a href=\"javascript:x\">a</a><img src=\"crm:qr\"><img src=//x.example/y><iframe src=x>gone</iframe><form><input></form>",
            more: new { css = "p { color: red; background: url(x) } @import 'x';" })).ShouldBe(200);
        reply.Header("Content-Type").ShouldBe("text/html; charset=utf-8");
        reply.Header("Content-Security-Policy").ShouldStartWith("default-src 'none'; img-src data:");
        reply.Text.ShouldContain("<p>Babbage &amp; Sons plc</p><a rel=\"noopener noreferrer\">a</a><img src=\"data:image/png;base64,");
        foreach (var gone in (string[])["script", "onclick", "javascript", "x.example", "iframe", "form", "input", "url(", "@import", "gone"]) reply.Text[reply.Text.IndexOf("<main>", StringComparison.Ordinal)..].ShouldNotContain(gone);
    }

    [Fact]
    public async Task What_a_record_says_is_text_wherever_it_stands()
    {
        var tenant = await api.TenantAsync();
        var customer = (await tenant.PostAsync("/customers", new { name = "<script>alert(1)</script> onload=x javascript:x \"'`", email = $"c-{Guid.NewGuid():N}@example.com" })).ShouldBe(201).Id;
        var reply = (await tenant.PreviewAsync("<p class={{recipient.name}} title=\"{{recipient.name}}\">{{recipient.name}}</p><a href=\"{{recipient.name}}\">x</a>", "LETTER", new { recordId = customer })).ShouldBe(200);
        reply.Text.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt; onload=x javascript:x");
        reply.Text.ShouldNotContain("<script");
        reply.Text.ShouldNotContain(" onload=x>");
        reply.Text.ShouldNotContain("href=");
    }

    [Theory]
    [InlineData("{{#each lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}")]
    [InlineData("{{#each lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}<b>{{#each @root.lines}}<b><b><b><b><b><b><b><b><b><b>{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}")]
    public async Task A_template_that_would_run_for_ever_is_cut(string html)
    {
        var tenant = await api.TenantAsync();
        (await tenant.PreviewAsync(html)).ShouldFail(422, "TEMPLATE_LIMIT_REACHED");
        (await tenant.PostAsync("/document-templates", new { name = "x", type = "INVOICE", html })).ShouldFail(422, "TEMPLATE_LIMIT_REACHED");
    }

    [Fact]
    public async Task Markup_that_is_deep_or_endless_is_cut_or_left_out_and_never_an_error()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PreviewAsync(Repeated("<div>", 15_000))).ShouldFail(422, "TEMPLATE_LIMIT_REACHED");
        (await tenant.PreviewAsync("<p " + Repeated("a ", 40_000) + ">x")).ShouldBe(200);
        (await tenant.PreviewAsync(Repeated("<p>", 30_000))).ShouldBe(200);
        (await tenant.PreviewAsync(Repeated("</p>", 20_000) + Repeated("<!--", 1_000) + "<")).ShouldBe(200);
        (await tenant.PreviewAsync(Repeated("<svg>", 15_000))).ShouldBe(200);
        (await tenant.PreviewAsync("<p>x</p>", more: new { css = Repeated("p{color:red}", 4_000) })).ShouldFail(422, "TEMPLATE_LIMIT_REACHED");
        (await tenant.PreviewAsync("<p>x</p>", more: new { css = Repeated("{", 40_000) })).ShouldBe(200);
        (await tenant.PreviewAsync("&#0;&#x1;&#xD800;&#99999999;<p>\u0007")).ShouldBe(200);
    }

    [Fact]
    public async Task Letters_are_about_records_that_the_caller_sees()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync();
        var customer = (await tenant.PostAsync("/customers", new { name = "Иван Иванов", email = $"ivan-{Guid.NewGuid():N}@example.com", city = "Пловдив" })).ShouldBe(201).Id;
        var contact = (await tenant.PostAsync("/contacts", new { firstName = "Мария", lastName = "Петрова", customerId = customer })).ShouldBe(201).Id;
        var deal = (await tenant.PostAsync("/deals", new { title = "Машина", contactId = contact, value = new { amount = 1234.5m, currency = "EUR" } })).ShouldBe(201).Id;
        const string html = "<p>{{recipient.name}}|{{#each recipient.addressLines}}{{this}}{{/each}}|{{deal.title}}|{{deal.value}}|{{sender.name}}</p>";
        (await tenant.PreviewAsync(html, "LETTER", new { recordId = customer, language = "bg" })).ShouldBe(200).Text.ShouldContain("<p>Иван Иванов|Пловдив|||");
        (await tenant.PreviewAsync(html, "EMAIL", new { recordId = deal, language = "bg" })).ShouldBe(200).Text.ShouldContain("<p>Мария Петрова||Машина|1\u00A0234,50\u00A0EUR|");
        (await tenant.PreviewAsync(html, "LETTER", new { recordId = lead })).ShouldBe(200);
        (await tenant.PreviewAsync(html, "LETTER", new { recordId = Guid.CreateVersion7() })).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("recordId").ShouldBeTrue();
        (await (await api.TenantAsync()).PreviewAsync(html, "LETTER", new { recordId = customer })).ShouldFail(422, "UNPROCESSABLE");
    }

    [Fact]
    public async Task Every_variable_is_explained_and_has_an_example()
    {
        var tenant = await api.TenantAsync();
        foreach (var type in (string[])["OFFER", "ORDER", "INVOICE", "REMINDER", "LETTER", "EMAIL"])
        {
            var variables = (await tenant.GetAsync($"/document-templates/variables?type={type}")).ShouldBe(200).Data.AsArray();
            variables.ShouldAllBe(v => ((string)v!["description"]!).Length > 0);
            variables.ShouldAllBe(v => (string)v!["kind"]! == "LIST" || (string?)v["example"] != null);
            var html = string.Concat(variables.Where(v => !((string)v!["name"]!).Contains('[')).Select(v => (string)v!["kind"]! == "LIST" ? $"{{{{#each {v["name"]}}}}}{{{{this}}}}{{{{/each}}}}" : $"{{{{{v["name"]}}}}}"));
            await tenant.DocumentTemplateAsync(type, html: html);
        }
        (await tenant.GetAsync("/document-templates/variables")).ShouldFail(400, "INVALID_QUERY");
        (await tenant.GetAsync("/document-templates/variables?type=NOVEL")).ShouldFail(400, "INVALID_QUERY");
    }

    private static string Repeated(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
