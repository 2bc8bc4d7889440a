"""What is taught in the year of a subject: topics in the words of a teaching plan."""

from __future__ import annotations

from collections.abc import Iterator

WEEKS = 35
TESTS = {
    8: "Ôn tập giữa học kì I",
    9: "Kiểm tra giữa học kì I",
    17: "Ôn tập học kì I",
    18: "Kiểm tra cuối học kì I",
    26: "Kiểm tra giữa học kì II",
    34: "Ôn tập cuối năm",
    35: "Kiểm tra cuối học kì II",
}
ALGEBRA_8 = (
    "Đơn thức; Đa thức; Cộng và trừ đa thức; Nhân đa thức; Chia đa thức cho đơn thức; "
    "Hiệu hai bình phương, bình phương của một tổng; Lập phương của một tổng, một hiệu; "
    "Tổng và hiệu hai lập phương; Phân tích đa thức thành nhân tử; Tứ giác; Hình thang cân; "
    "Hình bình hành; Hình chữ nhật; Hình thoi và hình vuông; Định lí Thalès; Đường trung bình; "
    "Thu thập và phân loại dữ liệu; Biểu diễn dữ liệu; Phân thức đại số; Phương trình bậc nhất; "
    "Hàm số bậc nhất; Tam giác đồng dạng; Định lí Pythagore; Xác suất thực nghiệm"
)
TOPICS = {
    "Toán": "Số và phép tính; Thứ tự thực hiện các phép tính; Tính chất chia hết; Số nguyên tố; "
    "Phân số; Số thập phân; Tỉ số phần trăm; Biểu thức; Tập hợp; Góc; Đường thẳng song song; "
    "Tam giác; Hình có trục đối xứng; Thống kê; Xác suất; Luyện tập chung",
    "Ngữ văn": "Đọc: truyện ngắn; Thực hành tiếng Việt: từ và nghĩa của từ; Viết bài văn kể lại "
    "một trải nghiệm; Nói và nghe: trình bày ý kiến; Đọc: thơ; Thực hành tiếng Việt: biện pháp "
    "tu từ; Viết đoạn văn ghi lại cảm xúc; Đọc: văn bản thông tin; Viết văn bản thuyết minh; "
    "Đọc: văn bản nghị luận; Viết bài văn nghị luận; Đọc mở rộng; Trả bài viết",
    "Ngoại ngữ 1": "Unit 1: Getting started; Unit 1: A closer look; Unit 1: Communication; "
    "Unit 1: Skills; Unit 2: Getting started; Unit 2: A closer look; Unit 2: Skills; Review; "
    "Unit 3: Getting started; Unit 3: Communication; Unit 3: Skills; Project",
    "Khoa học tự nhiên": "Thực hành an toàn trong phòng thí nghiệm; Chất và sự biến đổi của chất; "
    "Phản ứng hóa học; Mol và tỉ khối chất khí; Dung dịch và nồng độ; Tế bào; Trao đổi chất; "
    "Khối lượng riêng; Áp suất; Lực; Nhiệt; Hệ vận động ở người; Dinh dưỡng và tiêu hóa",
    "Lịch sử và Địa lí": "Nước ta qua các thế kỉ; Khởi nghĩa nông dân; Kinh tế và văn hóa; "
    "Vị trí địa lí và lãnh thổ; Đặc điểm địa hình; Khoáng sản; Khí hậu; Thủy văn; Thổ nhưỡng; "
    "Sinh vật; Thực hành đọc bản đồ",
    "Giáo dục công dân": "Tự hào về truyền thống; Tôn trọng sự đa dạng; Lao động cần cù, sáng tạo; "
    "Bảo vệ lẽ phải; Bảo vệ môi trường; Xác định mục tiêu cá nhân; Lập kế hoạch chi tiêu; "
    "Phòng, chống bạo lực gia đình",
    "Giáo dục thể chất": "Chạy cự li ngắn; Chạy cự li trung bình; Nhảy xa kiểu ngồi; Bài tập thể "
    "dục; Cầu lông: di chuyển và đánh cầu; Bóng đá: chuyền bóng; Trò chơi vận động",
    "Nghệ thuật": "Hát: bài hát về mái trường; Nhạc cụ thể hiện tiết tấu; Thường thức âm nhạc; "
    "Vẽ tranh phong cảnh; Trang trí đồ vật; Nặn dáng người; Xem tranh dân gian",
    "Tin học": "Lược sử công cụ tính toán; Thông tin trong môi trường số; Khai thác thông tin; "
    "Đạo đức khi dùng công nghệ số; Bảng tính: địa chỉ tương đối, tuyệt đối; Sắp xếp và lọc; "
    "Trình bày văn bản; Thuật toán",
    "Công nghệ": "Tiêu chuẩn bản vẽ kĩ thuật; Hình chiếu vuông góc; Bản vẽ chi tiết; Bản vẽ lắp; "
    "Vật liệu cơ khí; Gia công bằng dụng cụ cầm tay; Mạch điện",
    "Hoạt động trải nghiệm, hướng nghiệp": "Chào cờ: phát động thi đua; Sinh hoạt lớp: sơ kết "
    "tuần; Khám phá bản thân; Trách nhiệm với gia đình; Xây dựng tình bạn đẹp; Bảo vệ cảnh quan "
    "quê hương; Tìm hiểu nghề truyền thống; Rèn luyện nền nếp",
    "Nội dung giáo dục của địa phương": "Lễ hội quê em; Nghề truyền thống; Di tích và danh thắng; "
    "Làn điệu dân ca; Địa danh và con người",
}
HOMEWORK = {
    "Toán": ["Làm bài 3, 4, 5 trang 27.", "Học thuộc quy tắc, làm bài 1.12 và 1.13.",
             "Hoàn thành phiếu bài tập số {n}."],
    "Ngữ văn": ["Soạn bài tiếp theo.", "Viết đoạn văn 8 đến 10 câu.", "Học thuộc lòng bài thơ."],
    "Ngoại ngữ 1": ["Học từ mới, làm bài tập trong vở bài tập.", "Luyện nói theo cặp."],
    "Khoa học tự nhiên": ["Trả lời câu hỏi cuối bài.", "Chuẩn bị mẫu vật cho giờ thực hành."],
    "Lịch sử và Địa lí": ["Vẽ sơ đồ tư duy của bài.", "Sưu tầm tranh ảnh về quê hương."],
}  # fmt: skip
REMARKS = [
    "Lớp sôi nổi, hăng hái phát biểu.",
    "Đa số chuẩn bị bài tốt; vài em chưa làm bài tập về nhà.",
    "Lớp trật tự, tiếp thu bài nhanh.",
    "Còn nói chuyện riêng ở cuối lớp.",
    "Nhóm 2 và nhóm 4 trình bày tốt.",
    "Cần rèn thêm kĩ năng tính toán.",
]


def plan_of(subject: str, grade: str, weekly: int) -> Iterator[tuple[int, str, int]]:
    """(number, title, week) of every lesson of a year."""
    topics = topics_of(subject, grade)
    plain = [(week, seat) for week in range(1, WEEKS + 1) for seat in range(weekly)]
    for number, (week, seat) in enumerate(plain, 1):
        is_test = week in TESTS and seat == weekly - 1
        yield number, TESTS[week] if is_test else _title(topics, number, len(plain)), week


def topics_of(subject: str, grade: str) -> list[str]:
    told = ALGEBRA_8 if (subject, grade) == ("Toán", "08") else TOPICS.get(subject, subject)
    return told.split("; ")


def _title(topics: list[str], number: int, lessons: int) -> str:
    """Topics follow one another, each as long as the year allows."""
    long = max(1, lessons // len(topics))
    topic = topics[min((number - 1) // long, len(topics) - 1)]
    part = (number - 1) % long + 1
    return f"{topic} (tiết {part})" if long > 1 else topic
