using Crm.Domain.Common;
using Crm.Domain.Files;

namespace Crm.Domain.Tests.Files;

public sealed class StoredFileTests
{
    private static readonly Guid Id = Guid.CreateVersion7(), Lead = Guid.CreateVersion7(), Product = Guid.CreateVersion7();

    [Fact]
    public void A_file_is_attached_to_one_record()
    {
        var file = Attach(new FileDetails { Name = "offer.pdf", LeadId = Lead });
        file.AttachedTo.ShouldBe(new RecordLink("leadId", Lead));
        (file.ContentType, file.Size, file.Checksum).ShouldBe(("application/pdf", 7, "ab"));
        file.DrainEvents().ShouldBe([new Created<StoredFile>(Id)]);
    }

    [Fact]
    public void It_may_be_attached_to_another_one_instead()
    {
        var file = Attach(new FileDetails { Name = "offer.pdf", LeadId = Lead });
        file.Revise(file.Details with { LeadId = null, ProductId = Product });
        file.AttachedTo.ShouldBe(new RecordLink("productId", Product));
    }

    [Fact]
    public void None_two_or_no_name_are_refused()
    {
        Should.Throw<CrmException>(() => Attach(new FileDetails { Name = "x" })).Errors!.Keys.ShouldBe(["$"]);
        Should.Throw<CrmException>(() => Attach(new FileDetails { Name = "x", LeadId = Lead, ProductId = Product })).Errors!.Keys.ShouldBe(["leadId", "productId"]);
        Should.Throw<CrmException>(() => Attach(new FileDetails { Name = "", LeadId = Lead })).Errors!.Keys.ShouldBe(["name"]);
    }

    private static StoredFile Attach(FileDetails details) => StoredFile.Attach(Id, details, "application/pdf", 7, "ab");
}
