using Crm.Domain.Common;

namespace Crm.Domain.Tests.Common;

public class CrmExceptionTests
{
    [Fact]
    public void A_validation_error_names_the_member()
    {
        var error = CrmException.Validation("email", "This is not an e-mail address.");
        error.Kind.ShouldBe(ErrorKind.Validation);
        error.Code.ShouldBe("VALIDATION_FAILED");
        error.Errors.ShouldNotBeNull()["email"].ShouldBe(["This is not an e-mail address."]);
    }

    [Fact]
    public void A_reference_to_nothing_names_the_member()
    {
        var error = CrmException.Unprocessable("ownerId", "There is no such member.");
        (error.Kind, error.Code, error.Message).ShouldBe((ErrorKind.Unprocessable, "UNPROCESSABLE", "ownerId: There is no such member."));
        error.Errors.ShouldNotBeNull().Keys.ShouldBe(["ownerId"]);
    }

    [Fact]
    public void The_other_refusals_carry_the_codes_of_the_contract_and_blame_no_member()
    {
        var refusals = new[] { CrmException.NotFound("lead"), CrmException.Forbidden("No."), CrmException.Conflict("INVALID_STATE", "Closed.") };
        refusals.Select(refusal => (refusal.Kind, refusal.Code)).ShouldBe(
            [(ErrorKind.NotFound, "NOT_FOUND"), (ErrorKind.Forbidden, "FORBIDDEN"), (ErrorKind.Conflict, "INVALID_STATE")]);
        refusals.ShouldAllBe(refusal => refusal.Errors == null);
        refusals[0].Message.ShouldBe("There is no such lead.");
    }
}
