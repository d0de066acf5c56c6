using System.Text;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Identity;

/// <summary>Who sells, as documents name it.</summary>
public sealed class TenantProfileTests(CrmApi api)
{
    [Fact]
    public async Task The_profile_is_replaced_and_changed_and_leaves_the_settings_alone()
    {
        var tenant = await api.TenantAsync();
        var settings = (await tenant.GetAsync("/tenant")).ShouldBe(200);
        var blank = (await tenant.GetAsync("/tenant/profile")).ShouldBe(200);
        (blank.Data["legalName"], (int)blank.Data["paymentTermDays"]!, blank.Header("ETag")).ShouldBe((null, 30, settings.Header("ETag")));
        var put = (await tenant.PutAsync("/tenant/profile", new { legalName = "Analytical Ltd", vatId = "BG123456789", country = "BG", iban = "BG80BNBG96611020345678", bic = "BNBGBGSD", paymentTermDays = 14 }, ("If-Match", blank.Header("ETag")!))).ShouldBe(200);
        (put.Of("iban"), (int)put.Data["paymentTermDays"]!).ShouldBe(("BG80BNBG96611020345678", 14));
        (await tenant.PutAsync("/tenant/profile", new { legalName = "Late" }, ("If-Match", blank.Header("ETag")!))).ShouldFail(412, "PRECONDITION_FAILED");
        (await tenant.PutAsync("/tenant/profile", new { legalName = "Analytical PLC" })).ShouldBe(200).Data["iban"].ShouldBeNull("what is absent gets its default");
        (await tenant.PatchAsync("/tenant/profile", new { city = "Sofia" })).ShouldBe(200).Of("legalName").ShouldBe("Analytical PLC");
        var after = (await tenant.GetAsync("/tenant")).ShouldBe(200);
        foreach (var member in (string[])["name", "currency", "timeZone", "language", "welcomeEmail"]) after.Data[member]!.ToJsonString().ShouldBe(settings.Data[member]!.ToJsonString());
    }

    [Theory]
    [InlineData("iban", "BG81BNBG96611020345678")]
    [InlineData("vatId", "123456789")]
    [InlineData("bic", "NOBANK")]
    [InlineData("country", "XX")]
    [InlineData("defaultLanguage", "de")]
    [InlineData("numberSeries", "a b")]
    [InlineData("email", "nobody")]
    public async Task What_cannot_stand_on_a_document_is_refused(string member, string value)
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant/profile", new Dictionary<string, string> { [member] = value })).ShouldFail(400, "VALIDATION_FAILED").Errors.Single().Key.ShouldBe(member);
    }

    [Fact]
    public async Task The_logo_is_an_image_of_the_same_tenant()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var company = (await tenant.PostAsync("/companies", new { name = "Analytical Ltd" })).ShouldBe(201).Id;
        var image = (await tenant.UploadAsync(Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="), "logo.png", [("companyId", company.ToString())])).ShouldBe(201).Id;
        var text = (await tenant.UploadAsync(Encoding.UTF8.GetBytes("Hello"), "logo.txt", [("companyId", company.ToString())])).ShouldBe(201).Id;
        (await tenant.PatchAsync("/tenant/profile", new { logoFileId = image })).ShouldBe(200).Of("logoFileId").ShouldBe(image.ToString());
        (await tenant.PatchAsync("/tenant/profile", new { logoFileId = text })).ShouldFail(422, "UNPROCESSABLE");
        (await other.PatchAsync("/tenant/profile", new { logoFileId = image })).ShouldFail(422, "UNPROCESSABLE");
    }

    [Fact]
    public async Task A_user_reads_it_and_does_not_change_it()
    {
        var tenant = await api.TenantAsync();
        var user = (await tenant.MemberAsync("USER")).Client;
        (await user.GetAsync("/tenant/profile")).ShouldBe(200);
        (await user.PatchAsync("/tenant/profile", new { city = "Sofia" })).ShouldFail(403, "FORBIDDEN");
    }
}
