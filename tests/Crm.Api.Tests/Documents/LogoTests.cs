using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Documents;

public sealed class LogoTests(CrmApi api)
{
    [Fact]
    public async Task A_logo_belongs_to_the_template_and_is_in_the_document()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.DocumentTemplateAsync(html: "<p><img src=\"crm:logo\"></p>");
        (await tenant.PostAsync($"/document-templates/{id}/preview", new { })).ShouldBe(200).Text.ShouldContain("<p></p>");
        var image = DocumentIntents.Png(40, 20);
        var logo = (await tenant.UploadAsync(image, "logo.png", [("documentTemplateId", id.ToString())])).ShouldBe(201).Id;
        (await tenant.PatchAsync($"/document-templates/{id}", new { logoFileId = logo })).ShouldBe(200);
        (await tenant.PostAsync($"/document-templates/{id}/preview", new { })).ShouldBe(200).Text.ShouldContain($"<img src=\"data:image/png;base64,{Convert.ToBase64String(image)}\">");
        // What was the logo may go; the document does without.
        (await tenant.DeleteAsync($"/files/{logo}")).ShouldBe(204);
        (await tenant.PostAsync($"/document-templates/{id}/preview", new { })).ShouldBe(200).Text.ShouldContain("<p></p>");
    }

    public static TheoryData<string> Unfit => ["text", "claims more", "claims less", "too many pixels", "bomb", "not whole"];

    [Theory]
    [MemberData(nameof(Unfit))]
    public async Task What_is_no_small_image_is_no_logo(string kind)
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.DocumentTemplateAsync();
        byte[] content = kind switch
        {
            "text" => "%PNG is what this is not"u8.ToArray(),
            "claims more" => DocumentIntents.Png(10, 10, 1_000, 1_000),
            "claims less" => DocumentIntents.Png(1_000, 1_000, 10, 10),
            "too many pixels" => DocumentIntents.Png(5_000, 5_000),
            // 400 MB of pixels in 400 kB, said to be one.
            "bomb" => DocumentIntents.Png(20_000, 20_000, 1, 1),
            _ => DocumentIntents.Png(100, 100)[..60],
        };
        var file = (await tenant.UploadAsync(content, "logo.png", [("documentTemplateId", id.ToString())], "image/png")).ShouldBe(201).Id;
        (await tenant.PatchAsync($"/document-templates/{id}", new { logoFileId = file })).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).ShouldBe(["logoFileId"]);
        (await tenant.GetAsync($"/document-templates/{id}")).Data["logoFileId"].ShouldBeNull();
        if (kind != "bomb") (await tenant.PreviewAsync($"<p><img src=\"data:image/png;base64,{Convert.ToBase64String(content)}\"></p>")).ShouldBe(200).Text.ShouldContain("<p></p>");
    }
}
