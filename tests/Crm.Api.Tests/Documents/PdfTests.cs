using Crm.Api.Tests.Fixture;
using Crm.Application.Documents;
using Crm.Domain.Documents;
using Crm.Domain.Documents.Templating;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.Documents;

public sealed class PdfTests(CrmApi api)
{
    [Fact]
    public async Task A_preview_is_a_page_or_a_pdf_as_the_caller_says_or_prefers()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.DocumentTemplateAsync(language: "bg", html: "<h1>{{title}} {{number}}</h1><p>{{customer.name}}: {{total}}</p><p><img src=\"crm:qr\"></p>");
        async Task<string> TypeAsync(object body, string? accept) => (await tenant.PostAsync($"/document-templates/{id}/preview", body, accept is null ? [] : [("Accept", accept)])).ShouldBe(200).Header("Content-Type");
        (await TypeAsync(new { }, null)).ShouldBe("text/html; charset=utf-8");
        (await TypeAsync(new { }, "*/*")).ShouldBe("text/html; charset=utf-8");
        (await TypeAsync(new { }, "application/pdf")).ShouldBe("application/pdf");
        (await TypeAsync(new { }, "application/pdf, */*;q=0.1")).ShouldBe("application/pdf");
        (await TypeAsync(new { }, "text/html, application/pdf;q=0.9")).ShouldBe("text/html; charset=utf-8");
        (await TypeAsync(new { format = "html" }, "application/pdf, text/html;q=0.5")).ShouldBe("text/html; charset=utf-8");
        (await tenant.PostAsync($"/document-templates/{id}/preview", new { }, ("Accept", "application/json"))).ShouldFail(406, "NOT_ACCEPTABLE");
        (await tenant.PostAsync($"/document-templates/{id}/preview", new { format = "docx" })).ShouldFail(400, "VALIDATION_FAILED");
        var pdf = (await tenant.PostAsync($"/document-templates/{id}/preview", new { format = "pdf" })).ShouldBe(200);
        new PdfText(pdf.Body).All.ShouldBe("Фактура 2026-000042\nБабидж и синове АД: 3\u00A0704,67\u00A0EUR\n");
        // The same document is the same bytes.
        (await tenant.PostAsync($"/document-templates/{id}/preview", new { format = "pdf" })).Body.ShouldBe(pdf.Body);
    }

    [Theory]
    [InlineData("OFFER")]
    [InlineData("ORDER")]
    [InlineData("INVOICE")]
    [InlineData("REMINDER")]
    [InlineData("LETTER")]
    [InlineData("EMAIL")]
    public async Task Every_built_in_template_makes_a_page_with_the_words_of_its_language(string type)
    {
        var tenant = await api.TenantAsync();
        var builtIn = (await tenant.GetAsync($"/document-templates/built-in?type={type}&language=bg")).ShouldBe(200).Data.DeepClone().AsObject();
        builtIn.Remove("name");
        builtIn["format"] = "pdf";
        var pdf = new PdfText((await tenant.PostAsync("/document-templates/preview", builtIn)).ShouldBe(200).Body);
        pdf.Pages.Count.ShouldBe(1);
        pdf.All.ShouldContain(type is "LETTER" or "EMAIL" ? "Уважаеми Чарлз Бабидж," : "Бабидж и синове АД");
    }

    [Fact]
    public void An_invoice_of_200_lines_has_every_line_its_totals_and_the_head_of_its_table_on_every_page()
    {
        var bytes = Invoice(200);
        var pdf = new PdfText(bytes);
        bytes.Length.ShouldBeLessThan(200_000);
        pdf.Pages.Count.ShouldBeInRange(5, 15);
        for (var i = 1; i <= 200; i++) pdf.All.ShouldContain($"Артикул № {i} с име\n");
        var withLines = pdf.Pages.Where(page => page.Contains("Артикул", StringComparison.Ordinal)).ToList();
        withLines.Count.ShouldBeGreaterThan(4);
        withLines.ShouldAllBe(page => page.Split("Наименование\n").Length == 2 && page.Split("Ед. цена\n").Length == 2);
        for (var i = 0; i < pdf.Pages.Count; i++) pdf.Pages[i].ShouldEndWith($"{i + 1}\n / \n{pdf.Pages.Count}\n");
        pdf.All.ShouldContain("24\u00A0000,00\u00A0EUR\n");
        pdf.All.Split('\n').Count(line => line == "Общо").ShouldBe(1);
    }

    [Fact]
    public async Task A_row_that_is_higher_than_a_page_goes_on_on_the_next()
    {
        var tenant = await api.TenantAsync();
        var words = string.Join("<br>", Enumerable.Range(1, 150).Select(i => $"Line {i}"));
        var pdf = await PdfAsync(tenant, $"<table><thead><tr><th>Head</th></tr></thead><tbody><tr><td>Before</td></tr><tr><td>{words}</td></tr></tbody></table>");
        pdf.Pages.Count.ShouldBe(3);
        pdf.Pages.ShouldAllBe(page => page.StartsWith("Head\n"));
        for (var i = 1; i <= 150; i++) pdf.All.ShouldContain($"Line {i}\n");
    }

    [Fact]
    public async Task Pages_break_where_they_are_told_and_headings_stay_with_what_they_head()
    {
        var tenant = await api.TenantAsync();
        var pdf = await PdfAsync(tenant, "<p>One</p><p style=\"page-break-before: always\">Two</p><div style=\"page-break-after: always\">Three</div><p>Four</p>");
        pdf.Pages.ShouldBe(["One\n", "Two\nThree\n", "Four\n"]);
        var many = string.Concat(Enumerable.Range(0, 60).Select(i => $"<h2>Heading {i}</h2><p>Text {i}</p>"));
        (await PdfAsync(tenant, many)).Pages.ShouldAllBe(page => !page.Split('\n', StringSplitOptions.RemoveEmptyEntries).Last().StartsWith("Heading"));
    }

    [Theory]
    [InlineData("<table><tr><td colspan=1000>x</td></tr></table>", 422)]
    [InlineData("<table><tr><td colspan=50>x</td><td>y</td></tr><tr></tr></table><table></table><table><tr><td></table>", 200)]
    [InlineData("<p style=\"font-size: 5000pt; margin: 4000pt; line-height: 10\">huge</p><p style=\"padding: 4000pt\">x</p>", 200)]
    [InlineData("<p style=\"font-size: 0; width: 0; line-height: 0pt\">small</p><img src=\"crm:qr\" style=\"width: 0; height: 0\">", 200)]
    [InlineData("<ul><li><ul><li><ol start=1000><li>x</ul></ol></table></td><li>", 200)]
    [InlineData("<div style=\"display: none\">gone</div><br><br><hr><pre>\n\n</pre><span><div>x</div></span>", 200)]
    [InlineData("<table style=\"width: 1pt\"><tr><td style=\"width: 5000pt; padding: 5000pt\">x</td><td>Wwwwwwwwwwwwwwwwwwwwwwwwww</td></tr></table>", 200)]
    [InlineData("&#xFFFF;&#x10FFFF;&#x200B;\u202E😀 <img src=\"data:image/png;base64,AAAA\">", 200)]
    [InlineData("{{#each labels}}x{{/each}}{{#each lines}}<div style=\"page-break-after: always\">x</div>{{/each}}", 200)]
    public async Task Whatever_the_markup_there_is_a_document_or_a_reason(string html, int status)
    {
        var tenant = await api.TenantAsync();
        (await tenant.PreviewAsync(html, more: new { format = "pdf", header = html, css = "td { border: 1pt solid } p { text-align: justify }" })).Status.ShouldBeOneOf(status, 422);
    }

    [Fact]
    public async Task Too_many_pages_are_cut()
    {
        var tenant = await api.TenantAsync();
        var html = "{{#each lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}{{#each @root.lines}}<p style=\"break-after: page\">x</p>{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}{{/each}}";
        (await tenant.PreviewAsync(html, more: new { format = "pdf" })).ShouldFail(422, "TEMPLATE_LIMIT_REACHED");
    }

    private byte[] Invoice(int lines)
    {
        var party = new PrintedParty("Аналитикъл ООД") { AddressLines = ["бул. Витоша 1", "1000 София"], Iban = "BG80BNBG96611020345678" };
        var document = new PrintedDocument(DocumentType.Invoice, "2026-000200", new DateOnly(2026, 3, 5), "EUR", party, new PrintedParty("Бабидж и синове АД"))
        {
            Lines = [.. Enumerable.Range(1, lines).Select(i => new PrintedLine($"Артикул № {i} с име", null, 1, "бр.", 100, 0, 20, 100))],
            Taxes = [new PrintedTax(20, 100 * lines, 20 * lines, null)],
            LineTotal = 100 * lines,
            NetTotal = 100 * lines,
            TaxTotal = 20 * lines,
            Total = 120 * lines,
            Payable = 120 * lines,
        };
        var (template, content, budget) = (BuiltInTemplates.Of(DocumentType.Invoice, "bg"), DocumentExamples.OfPrinted(document, "bg"), new TemplateBudget());
        string Fill(string text) => Template.Parse(text, "html").Render(content.Variables, budget);
        return api.Services.GetRequiredService<IDocumentRenderer>().ToPdf(new DocumentSource("bg", "Фактура", Fill(template.Header!), Fill(template.Html), Fill(template.Footer!), template.Css,
            template.PrimaryColor, template.TextColor, template.FontFamily, null, content.Qr));
    }

    private static async Task<PdfText> PdfAsync(ApiClient tenant, string html) => new((await tenant.PreviewAsync(html, more: new { format = "pdf" })).ShouldBe(200).Body);
}
